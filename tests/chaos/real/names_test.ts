import assert from "node:assert/strict";
import { Names } from "./names.ts";

const names = new Names({ vault: "other-c1", chaos: "c1", "https://s3.test": "http://127.0.0.1:9" });

Deno.test("names become the run's own where they are words, and come back", () => {
  const said = '{"namespace":"chaos","of":"chaos/vault","at":"https://s3.test","path":"chaos-monkey"}';
  const real = '{"namespace":"c1","of":"c1/other-c1","at":"http://127.0.0.1:9","path":"chaos-monkey"}';
  assert.equal(names.real(said), real);
  assert.equal(names.said(real), said);
});
