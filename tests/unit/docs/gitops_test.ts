import assert from "node:assert/strict";
import { type KindDefinition } from "../../../lib/crd/kind.ts";
import { kinds } from "../../../handlers/kinds.ts";
import { type Node, walk } from "../crd/walk.ts";

const GUIDE = new URL("../../../docs/gitops.md", import.meta.url);

Deno.test("gitops.md names every default inside a list, for which a client's comparison sees differences", async () => {
  const inLists = (Object.values(kinds) as KindDefinition[]).flatMap(({ spec }) =>
    [...walk(spec as Node, "")].filter(({ path, node }) => path.includes("[]") && node.default !== undefined)
      .map(({ path }) => path.slice(1))
  );
  const [, named = ""] = (await Deno.readTextFile(GUIDE)).match(/\*\*Differences\.\*\*([^]*?)\. Write/) ?? [];
  assert.deepEqual([...named.matchAll(/`([^`]+)`/g)].map(([, path]) => path), inLists);
});
