import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { crdManifests, kinds } from "../../../../handlers/kinds.ts";
import { bucket, type ContractCase, type Json, MERGE, refused, TABLE } from "./case.ts";

export const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const EXAMPLES = new URL("../../../../examples/", import.meta.url);

/** A small definition of another group, whose schema a case may change. */
function definition(group: string, spec: Json): Json {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "things", kind: "Thing" },
      versions: [{
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
      }],
    },
  };
}

async function examples(): Promise<Json[]> {
  const objects: Json[] = [];
  for await (const { name } of Deno.readDir(EXAMPLES)) {
    const text = await Deno.readTextFile(new URL(name, EXAMPLES));
    objects.push(...parseAllDocuments(text).map((document) => document.toJS()).filter((object) => object !== null));
  }
  return objects;
}

export const definitionCases: readonly ContractCase[] = [
  {
    fact: "our definitions are taken as they are, Established and structural, and kept whole",
    async run(api) {
      for (const crd of crdManifests() as Json[]) {
        const path = `${DEFINITIONS}/${crd.metadata.name}`;
        const { body } = await api.until(path, ({ body }) => isEstablished(body));
        const types = body.status.conditions.map(({ type }: Json) => type);
        assert.ok(!types.includes("NonStructuralSchema"), crd.metadata.name);
        assert.deepEqual(body.spec.versions[0].schema, crd.spec.versions[0].schema);
        const strict = { ...crd, metadata: { ...crd.metadata, resourceVersion: body.metadata.resourceVersion } };
        await api.send("PUT", `${path}?fieldValidation=Strict`, strict);
      }
    },
  },
  {
    fact: "every example is taken without a warning, and a Table of its kind has the columns",
    async run(api) {
      for (const object of await examples()) {
        const { plural } = object.kind === "Secret" ? { plural: "secrets" } : kinds[object.kind as keyof typeof kinds];
        const path = object.kind === "Secret" ? api.core(plural) : api.ours(plural);
        const draft = { ...object, metadata: { ...object.metadata, namespace: api.namespace } };
        const answer = await api.request("POST", `${path}?fieldValidation=Strict`, draft);
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        assert.equal(answer.warning, "");
        if (object.kind === "Secret") continue;
        // A definition that was just written may take a moment to be served again.
        const ask = () => api.request("GET", path, undefined, { accept: TABLE });
        const table = await api.repeat(ask, ({ status }) => status === 200);
        const columns = table.body.columnDefinitions.map(({ name }: Json) => name);
        for (const name of ["Name", "Ready", "Reason", "Age"]) {
          assert.ok(columns.includes(name), `${object.kind} ${name}`);
        }
      }
    },
  },
  {
    fact: "a definition with an unknown keyword, without a type or with a wrong default is refused",
    async run(api) {
      const group = `${api.namespace}.example.com`;
      const post = (spec: Json) =>
        api.request("POST", `${DEFINITIONS}?fieldValidation=Strict`, definition(group, spec));
      refused(await post({ type: "object", patern: "x" }), 400, "BadRequest");
      refused(await post({ properties: {} }), 422, "Invalid");
      refused(await post({ type: "string", maxLength: 1, default: "long" }), 422, "Invalid");
      const rules = [{ rule: "self.(", message: "m" }];
      refused(await post({ type: "object", "x-kubernetes-validations": rules }), 422, "Invalid");
      const closed = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
      refused(await post(closed), 422, "Invalid");
      const misnamed = { ...definition(group, { type: "object" }), metadata: { name: "other.example.com" } };
      refused(await api.request("POST", DEFINITIONS, misnamed), 422, "Invalid", ["metadata.name"]);
    },
  },
  {
    fact: "a definition that is changed changes what is served; rules and defaults meet objects older than they are",
    async run(api) {
      const group = `${api.namespace}.example.com`;
      const path = `${DEFINITIONS}/things.${group}`;
      const field = { type: "string" };
      await api.send("POST", DEFINITIONS, definition(group, { type: "object", properties: { a: field, b: field } }));
      await api.until(path, ({ body }) => isEstablished(body));
      const things = `/apis/${group}/v1/namespaces/${api.namespace}/things`;
      await api.until(things, ({ status }) => status === 200);
      const thing = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "t" }, spec: { a: "long" } };
      await api.send("POST", things, thing);
      const rule = { rule: "self.size() < 4", message: "a is short" };
      const properties = {
        a: { type: "string", maxLength: 8, pattern: "^[a-z]*$", "x-kubernetes-validations": [rule] },
        b: { type: "string", default: "given" },
      };
      await api.patch(path, definition(group, { type: "object", properties }));
      const served = await api.until(`${things}/t`, ({ body }) => body.spec.b === "given");
      assert.equal(served.body.spec.a, "long");
      const patch = (spec: Json) => api.request("PATCH", `${things}/t`, { spec }, { type: MERGE });
      // What stands there is let be; a new value has to fit.
      await api.repeat(() => patch({ a: "other" }), ({ status }) => status === 422);
      assert.equal((await patch({ b: "changed" })).status, 200);
      refused(await patch({ a: "other" }), 422, "Invalid", ["spec.a"]);
      assert.equal((await patch({ a: "ok" })).status, 200);
      await api.send("DELETE", path);
      await api.gone(path);
      assert.equal((await api.request("GET", things)).status, 404);
    },
  },
  {
    fact: "defaults that a stored object lacks are there when it is read",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a"));
      await api.patch(api.ours("buckets/a/status"), { status: { observedGeneration: null } });
      const { status } = await api.send("GET", api.ours("buckets/a"));
      assert.deepEqual(status, {});
      const nulled = await api.patch(api.ours("buckets/a"), { spec: { deletionPolicy: null } });
      assert.equal(nulled.spec.deletionPolicy, "Retain");
    },
  },
];

/** Whether a definition is served, or is about to be. */
export function isEstablished(body: Json): boolean {
  return body.status?.conditions?.some(({ type, status }: Json) => type === "Established" && status === "True") ??
    false;
}
