import assert from "node:assert/strict";
import { stateOf } from "../../../handlers/access_key/secrets.ts";

const OWNER = {
  apiVersion: "s3.cloud37.dev/v1alpha1",
  kind: "AccessKey",
  metadata: { name: "k", namespace: "demo", uid: "u1", resourceVersion: "1", creationTimestamp: "" },
};

function ledgerOf(text: string) {
  const state = stateOf({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...OWNER.metadata,
      ownerReferences: [{ apiVersion: "", kind: "AccessKey", name: "k", uid: "u1", controller: true }],
      annotations: { "s3.cloud37.dev/keys": text },
    },
    data: { "access-key-id": btoa("ID"), "secret-access-key": btoa("secret") },
  }, OWNER);
  return state.kind === "pair" ? state.ledger : state;
}

const createdAt = "2026-01-01T00:00:00.000Z";
const key = { id: "ID", userName: "app", createdAt };
const EDITED: Record<string, { text: string; ledger: unknown }> = {
  "as we write it": {
    text: JSON.stringify([{ ...key, retiredAt: createdAt }]),
    ledger: [{ ...key, retiredAt: createdAt }],
  },
  "no JSON": { text: "[", ledger: undefined },
  "no list": { text: "{}", ledger: undefined },
  "a list of nothing": { text: "[null]", ledger: undefined },
  "an entry without an id": { text: JSON.stringify([{ userName: "app", createdAt }, key]), ledger: [key] },
  "times that are none": {
    text: JSON.stringify([{ ...key, createdAt: "long ago", retiredAt: "since" }]),
    ledger: [{ ...key, createdAt: "1970-01-01T00:00:00.000Z", retiredAt: "1970-01-01T00:00:00.000Z" }],
  },
  "a time of another type": {
    text: JSON.stringify([{ ...key, retiredAt: null }]),
    ledger: [{ ...key, retiredAt: "1970-01-01T00:00:00.000Z" }],
  },
};
for (const [name, { text, ledger }] of Object.entries(EDITED)) {
  Deno.test(`a ledger is read whatever a person made of it: ${name}`, () => assert.deepEqual(ledgerOf(text), ledger));
}
