import assert from "node:assert/strict";
import { caught, seededBugs } from "./seeded_part.ts";

for (const [name, bug] of Object.entries(seededBugs)) {
  Deno.test(`the campaign shows that ${name}`, async () => assert.ok(await caught(bug), "nothing shows it"));
}
