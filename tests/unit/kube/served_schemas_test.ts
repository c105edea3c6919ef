import assert from "node:assert/strict";
import { kinds } from "../../../handlers/kinds.ts";
import { buildCrd } from "../../../lib/crd/build.ts";
import type { Schema } from "../../../lib/crd/schema.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { lackingFields, oldCrds } from "../../../lib/kube/served_schemas.ts";
import { KeptLog } from "./collaborators.ts";

const own = {
  type: "object",
  properties: {
    a: { type: "string" },
    list: { type: "array", items: { type: "object", properties: { b: { type: "integer" } } } },
    map: { type: "object", additionalProperties: { type: "object", properties: { c: { type: "boolean" } } } },
    any: { "x-kubernetes-preserve-unknown-fields": true },
  },
} as const satisfies Schema;

const served: Readonly<Record<string, readonly [unknown, readonly string[]]>> = {
  "nothing of the same schema": [own, []],
  "nothing of one with more": [{ properties: { ...own.properties, more: {} } }, []],
  "nothing where all fields are kept": [{ "x-kubernetes-preserve-unknown-fields": true }, []],
  "a field": [{ properties: { ...own.properties, a: undefined } }, ["a"]],
  "a field of a list's items": [{ properties: { ...own.properties, list: { items: {} } } }, ["list[].b"]],
  "a field of a map's values": [{ properties: { ...own.properties, map: { additionalProperties: {} } } }, ["map.*.c"]],
  "a field of any type": [{ properties: { ...own.properties, any: undefined } }, ["any"]],
  "a parent without what is in it": [{ properties: { ...own.properties, list: undefined } }, ["list"]],
};

for (const [fact, [schema, missing]] of Object.entries(served)) {
  Deno.test(`an API server's schema lacks ${fact}`, () => {
    assert.deepEqual(lackingFields(own, schema as Parameters<typeof lackingFields>[1], ""), missing);
  });
}

type CrdVersions = { readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: object } }] };

/** What is said of CRDs whose OpenAPI document is this. */
async function said(document: (schemas: Record<string, object>) => unknown) {
  const schemas = Object.fromEntries(
    Object.values(kinds).map((each) => {
      const [{ schema }] = (buildCrd(each)["spec"] as CrdVersions).versions;
      const names = { "x-kubernetes-group-version-kind": [{ kind: each.kind }] };
      return [`dev.cloud37.s3.v1alpha1.${each.kind}`, { ...schema.openAPIV3Schema, ...names }];
    }),
  );
  const answer = document(schemas);
  const request = <T>(): Promise<T> => answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
  const { signal } = new AbortController();
  return await oldCrds(Object.values(kinds), { transport: { request }, log: new KeptLog(), signal });
}

Deno.test("nothing is said of CRDs of this version", async () => {
  assert.deepEqual(await said((schemas) => ({ components: { schemas } })), []);
});

Deno.test("a CRD that is older is named, with some of what it lacks and the remedy", async () => {
  const found = await said((schemas) => {
    const key = "dev.cloud37.s3.v1alpha1.AccessKey";
    const kind = schemas[key] as unknown as { readonly properties: object };
    const old = { ...kind, properties: { ...kind.properties, status: { properties: { observedGeneration: {} } } } };
    return { components: { schemas: { ...schemas, [key]: old } } };
  });
  assert.equal(found.length, 1);
  assert.match(
    found[0] ?? "",
    /^The CRD accesskeys\.s3\.cloud37\.dev is older than this program, and lacks status\.\w+, [\w.]+, [\w.]+ and \d+ more: apply the CRDs/,
  );
});

const unknown: Readonly<Record<string, unknown>> = {
  "there is no document": new KubeError(404, "NotFound", "404 page not found"),
  "it may not be read": new KubeError(403, "Forbidden", "forbidden"),
  "it is empty": {},
  "it does not have the kinds yet": { components: { schemas: {} } },
};

for (const [fact, answer] of Object.entries(unknown)) {
  Deno.test(`nothing is said of CRDs where ${fact}`, async () => assert.deepEqual(await said(() => answer), []));
}
