import { parseAllDocuments } from "yaml";
import assert from "node:assert/strict";
import { crdManifests, type KindName } from "../../../handlers/kinds.ts";
import { CONTRACT, IMMUTABLE, MOST_NAME } from "./contract_table.ts";
import { type Node, walk } from "./walk.ts";

const schemas = new Map<string, Node>(
  JSON.parse(JSON.stringify(crdManifests())).map((crd: { spec: { names: { kind: string }; versions: unknown } }) => [
    crd.spec.names.kind,
    (crd.spec.versions as { schema: { openAPIV3Schema: Node } }[])[0]!.schema.openAPIV3Schema,
  ]),
);

/** Every field of a schema by its path, in the words of the table. */
function fieldsOf(schema: Node): Map<string, string> {
  const required = new Set<string>();
  const nodes = [...walk(schema, "")];
  for (const { path, node } of nodes) for (const name of node.required ?? []) required.add(`${path}.${name}`);
  return new Map(nodes.slice(1).map(({ path, node }) => [path.slice(1), words(node, required.has(path))]));
}

function words(node: Node, isRequired: boolean): string {
  const { type = "any", minimum, maximum, maxLength, pattern } = node;
  const bounds = minimum === undefined ? "" : maximum === undefined ? `>=${minimum}` : `${minimum}..${maximum}`;
  return [
    type,
    isRequired ? "required" : "",
    node.enum?.join("|") ?? "",
    bounds,
    maxLength === undefined ? "" : `<=${maxLength}`,
    type === "any" || pattern === undefined ? "" : `/${pattern}/`,
    node.default === undefined ? "" : `= ${node.default}`,
  ].filter((word) => word !== "").join(" ");
}

/** A bound on length that the contract does not speak of is ours to set. */
function withoutLength(found: string, expected: string): string {
  return / <=\d+/.test(expected) ? found : found.replace(/ <=\d+/, "");
}

for (const [kind, parts] of Object.entries(CONTRACT)) {
  const schema = schemas.get(kind)!;
  for (const part of ["spec", "status"] as const) {
    const found = fieldsOf(schema.properties![part]!);
    for (const [path, expected] of Object.entries(parts[part])) {
      Deno.test(`${kind}.${part}.${path}: ${expected}`, () => {
        assert.equal(withoutLength(found.get(path) ?? "missing", expected), expected);
      });
    }
  }

  Deno.test(`${kind}.spec requires nothing that the contract does not require`, () => {
    for (const [path, text] of fieldsOf(schema.properties!["spec"]!)) {
      if (/\brequired\b/.test(text)) assert.match(parts.spec[path] ?? "", /\brequired\b/, path);
    }
  });

  Deno.test(`${kind}.spec has no field that the contract does not name`, () => {
    const named = Object.keys(parts.spec);
    const isKnown = (path: string) =>
      named.includes(path) || named.includes(path.replace(/\[\]$/, "")) ||
      /^tls\.caCertSecretRef\.namespace$/.test(path);
    assert.deepEqual([...fieldsOf(schema.properties!["spec"]!).keys()].filter((path) => !isKnown(path)), []);
  });

  Deno.test(`${kind} lets nobody change ${IMMUTABLE[kind as KindName].join(", ") || "nothing less than all"}`, () => {
    const rules = schema.properties!["spec"]!["x-kubernetes-validations"] ?? [];
    const immutable = rules.filter(({ message }) => message.includes("is immutable"));
    const fields = immutable.map(({ message }) => /^spec\.([\w.]+) /.exec(message)?.[1]);
    assert.deepEqual(fields.sort(), [...IMMUTABLE[kind as KindName]].sort());
    for (const [at, { rule }] of immutable.entries()) {
      assert.ok(rule.includes(`self.${fields[at]}`) || rule.includes("oldSelf"), rule);
    }
  });

  Deno.test(`${kind} objects' own names have ${MOST_NAME[kind as KindName] ?? "no"} limit`, () => {
    const limits = (schema["x-kubernetes-validations"] ?? []).flatMap(({ rule }) =>
      Number(/size\(self\.metadata\.name\) <= (\d+)/.exec(rule)?.[1] ?? []) || []
    );
    const expected = MOST_NAME[kind as KindName];
    assert.deepEqual(limits, expected === undefined ? [] : [expected]);
  });
}

Deno.test("every example names only fields that its kind has, and all that it requires", async () => {
  const folder = new URL("../../../examples/", import.meta.url);
  let count = 0;
  for await (const { name } of Deno.readDir(folder)) {
    for (const document of parseAllDocuments(await Deno.readTextFile(new URL(name, folder)))) {
      const object = document.toJS();
      const schema = schemas.get(object.kind);
      if (schema === undefined) continue;
      count++;
      assert.equal(object.apiVersion, "s3.cloud37.dev/v1alpha1", name);
      assert.deepEqual(problems(object.spec, schema.properties!["spec"]!, "spec"), [], name);
    }
  }
  assert.ok(count >= 8, `${count} examples`);
});

/** What of a value its schema would prune or refuse. */
function problems(value: unknown, node: Node, path: string): string[] {
  if (node["x-kubernetes-preserve-unknown-fields"]) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => problems(item, node.items ?? {}, `${path}[${at}]`));
  if (typeof value !== "object" || value === null) {
    const type = typeof value === "number" ? "integer" : typeof value;
    const isRight = type === node.type && (node.enum?.includes(value) ?? true);
    return isRight ? [] : [`${path} is ${JSON.stringify(value)}`];
  }
  const missing = (node.required ?? []).filter((name) =>
    !(name in value) && node.properties?.[name]?.default === undefined
  );
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, child]) => {
      const field = node.properties?.[name] ?? node.additionalProperties;
      return field === undefined ? [`${path}.${name} is no field`] : problems(child, field, `${path}.${name}`);
    }),
  ];
}
