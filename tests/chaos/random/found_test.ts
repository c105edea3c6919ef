/** The shortest scripts of bugs that random scripts have found. */
import assert from "node:assert/strict";
import { complaints } from "../outcome.ts";
import { play } from "./play.ts";
import type { Script } from "./script.ts";

const wasabi = { name: "wasabi", namespace: "chaos" };

const found: Readonly<Record<string, Script>> = {
  "an empty kmsKeyId is none, and is not written again and again": {
    mode: "aws",
    restarts: false,
    moves: [{
      do: "put",
      on: { kind: "Bucket", namespace: "other", name: "b2" },
      spec: {
        providerRef: wasabi,
        name: "one-bucket",
        encryption: { enabled: true, algorithm: "aws:kms", kmsKeyId: "" },
      },
    }],
  },
  "a Bucket takes out of a child what its own rotation does not name, once": {
    mode: "aws",
    restarts: false,
    moves: [{
      do: "put",
      on: { kind: "Bucket", namespace: "chaos", name: "b1" },
      spec: { providerRef: wasabi, name: "two-bucket", autoManage: { rotation: {} } },
    }, {
      do: "put",
      on: { kind: "AccessKey", namespace: "chaos", name: "b1-accesskey" },
      spec: { providerRef: wasabi, rotate: { keepWhileUsedDays: 3 } },
    }],
  },
  "a bucket stays with who made it when an equally old object wants it too, and goes with that": {
    mode: "wasabi",
    restarts: false,
    moves: [
      {
        do: "put",
        on: { kind: "Bucket", namespace: "chaos", name: "b2" },
        spec: { providerRef: wasabi, name: "two-bucket", deletionPolicy: "Delete" },
        then: 100,
      },
      {
        do: "put",
        on: { kind: "Bucket", namespace: "chaos", name: "b1" },
        spec: { providerRef: wasabi, name: "two-bucket" },
      },
    ],
  },
  "a Bucket gives the User that it made its own policy again, in place of a person's policyRef": {
    mode: "aws",
    restarts: false,
    moves: [
      {
        do: "put",
        on: { kind: "Bucket", namespace: "chaos", name: "b1" },
        spec: { providerRef: wasabi, name: "one-bucket", deletionPolicy: "Delete" },
        then: 60_000,
      },
      {
        do: "edit",
        on: { kind: "User", namespace: "chaos", name: "b1-user" },
        spec: { policy: null, policyRef: { name: "p1" } },
      },
    ],
  },
  "IAM is asked nothing while a User waits for its AccessKey to go": {
    mode: "aws",
    restarts: false,
    moves: [
      {
        do: "put",
        on: { kind: "User", namespace: "chaos", name: "u1" },
        spec: { providerRef: wasabi, name: "one-user" },
      },
      {
        do: "put",
        on: { kind: "AccessKey", namespace: "chaos", name: "k1" },
        spec: { providerRef: wasabi, userRef: { name: "u1" } },
        then: 60_000,
      },
      { do: "remove", on: { kind: "User", namespace: "chaos", name: "u1" } },
    ],
  },
};

for (const [fact, script] of Object.entries(found)) {
  Deno.test(fact, async () => assert.deepEqual(complaints(await play(script)), []));
}
