import assert from "node:assert/strict";
import { explore } from "./explore.ts";
import { moves } from "./moves.ts";
import { STARTS } from "./starts.ts";

/**
 * Every script of six moves of which one is a disturbance, and every script of three moves whatever they are;
 * `deno task model` goes further.
 */
const SCOPES = [{ depth: 6, disturbances: 1 }, { depth: 3 }];

for (const [name, start] of Object.entries(STARTS)) {
  Deno.test(`planKeys() keeps every invariant from ${name}`, () => {
    for (const scope of SCOPES) {
      const w = start();
      const { violation, states } = explore(w, { all: moves(w.objects.length), ...scope });
      assert.equal(violation, undefined);
      assert.ok(states > 100, `only ${states} situations were met`);
    }
  });
}
