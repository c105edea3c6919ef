import assert from "node:assert/strict";
import { planKeyDeletion } from "../../../handlers/access_key/plan_delete.ts";
import { listed, OLD, overlapping } from "./inputs.ts";

Deno.test("planKeyDeletion() deletes every key that was ever made, then the Secrets, and nothing else", () => {
  const iam = { app: [listed("OLD"), listed("CUR"), listed("PERSON")] };
  const { actions } = planKeyDeletion(overlapping({ iam }));
  const ids = actions.flatMap((action) => action.do === "revoke" ? action.id : []);
  assert.deepEqual(ids.sort(), ["CUR", "OLD"]);
  assert.deepEqual(actions.map((action) => action.do).lastIndexOf("revoke"), 1);
  assert.deepEqual(actions.flatMap((action) => action.do === "removeSecret" ? action.name : []), [
    OLD.secretName,
    "k-credentials",
  ]);
});

Deno.test("planKeyDeletion() also deletes the key that a person named in discard-key, but not one of another AccessKey", () => {
  const iam = { app: [listed("OLD"), listed("CUR"), listed("PERSON")] };
  const revoked = (more: Parameters<typeof overlapping>[0]) =>
    planKeyDeletion(overlapping({ iam, discardKey: "PERSON", ...more })).actions
      .flatMap((action) => action.do === "revoke" ? action.id : []).sort();
  assert.deepEqual(revoked({}), ["CUR", "OLD", "PERSON"]);
  assert.deepEqual(revoked({ recordedElsewhere: ["PERSON"] }), ["CUR", "OLD"]);
});
