import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const DEMO = fileURLToPath(import.meta.resolve("../sandbox/demo.ts"));

Deno.test("the demo with --observe shows where Prometheus and the collector are, and what they saw", async () => {
  const args = ["run", "--no-check", "-A", DEMO, "--observe"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
  const [shown, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, `${shown}\n${errors}`);
  assert.match(shown ?? "", /Prometheus +http:\/\/127\.0\.0\.1:\d+/);
  assert.match(shown ?? "", /Collector +http:\/\/127\.0\.0\.1:\d+, writes /);
  assert.match(shown ?? "", /keys rotated +1\n/);
  assert.match(shown ?? "", /ms +create bucket\n/);
});
