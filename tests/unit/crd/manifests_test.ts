import assert from "node:assert/strict";
import { crdManifests, type KindName, kinds } from "../../../handlers/kinds.ts";
import { yamlDocuments } from "../../../lib/crd/yaml.ts";
import { staleFiles } from "../../../tools/gen.ts";
import { ruleCases } from "./rule_cases.ts";
import { type Node, walk } from "./walk.ts";

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: Readonly<Record<string, unknown>>;
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly subresources: unknown;
      readonly schema: { readonly openAPIV3Schema: Node };
      readonly additionalPrinterColumns: readonly {
        readonly name: string;
        readonly type: string;
        readonly jsonPath: string;
        readonly priority?: number;
      }[];
    }[];
  };
}

/** As an API server gets it: without shared objects or undefined members. */
const crds: readonly Crd[] = JSON.parse(JSON.stringify(crdManifests()));

/** Plural, short name and columns of each kind, on which installations rely. */
const NAMES: Readonly<
  Record<KindName, { plural: string; shortName: string; columns: Readonly<Record<string, string>> }>
> = {
  Provider: {
    plural: "providers",
    shortName: "s3prov",
    columns: { Endpoint: ".spec.endpoint", Region: ".spec.region" },
  },
  Bucket: {
    plural: "buckets",
    shortName: "s3bkt",
    columns: { Bucket: ".spec.name", Provider: ".spec.providerRef.name" },
  },
  BucketPolicy: {
    plural: "bucketpolicies",
    shortName: "s3policy",
    columns: { Bucket: ".spec.bucketRef.name", Provider: ".status.provider.name" },
  },
  User: {
    plural: "users",
    shortName: "s3user",
    columns: { User: ".spec.name", Provider: ".spec.providerRef.name" },
  },
  IAMPolicy: {
    plural: "iampolicies",
    shortName: "iamp",
    columns: { ARN: ".status.policyArn", Provider: ".spec.providerRef.name" },
  },
  AccessKey: {
    plural: "accesskeys",
    shortName: "s3key",
    columns: { Key: ".status.accessKeyId", Provider: ".spec.providerRef.name" },
  },
};

Deno.test("there is a manifest for each kind of the contract, and for no other", () => {
  assert.deepEqual(crds.map(({ spec }) => spec.names["kind"]).sort(), Object.keys(NAMES).sort());
});

for (const crd of crds) {
  const kind = crd.spec.names["kind"] as KindName;
  const { plural, shortName, columns } = NAMES[kind];
  const [version] = crd.spec.versions;
  const schema = version!.schema.openAPIV3Schema;
  const { spec, status } = schema.properties!;

  Deno.test(`${kind} has the contract's names`, () => {
    assert.equal(crd.metadata.name, `${plural}.s3.cloud37.dev`);
    assert.equal(crd.spec.group, "s3.cloud37.dev");
    assert.equal(crd.spec.scope, "Namespaced");
    assert.deepEqual(crd.spec.names, {
      kind,
      listKind: `${kind}List`,
      plural,
      singular: kind.toLowerCase(),
      shortNames: [shortName],
      categories: ["wasabi-s3", "s3"],
    });
  });

  Deno.test(`${kind} has one version, v1alpha1, with a status of its own`, () => {
    assert.equal(crd.spec.versions.length, 1);
    const { name, served, storage, subresources } = version!;
    assert.deepEqual({ name, served, storage, subresources }, {
      name: "v1alpha1",
      served: true,
      storage: true,
      subresources: { status: {} },
    });
  });

  Deno.test(`${kind} reads as in progress before anybody has looked at it`, () => {
    assert.deepEqual(status!.default, { observedGeneration: -1 });
    assert.equal(status!.required, undefined);
  });

  Deno.test(`${kind} requires a spec, and no status`, () => assert.deepEqual(schema.required, ["spec"]));

  Deno.test(`${kind} shows Ready, Reason, its own columns, Age and with -o wide the message`, () => {
    const shown = version!.additionalPrinterColumns;
    const paths = Object.fromEntries(shown.map(({ name, jsonPath }) => [name, jsonPath]));
    const ready = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`;
    assert.deepEqual(paths, {
      ...paths,
      ...columns,
      Ready: ready("status"),
      Reason: ready("reason"),
      Age: ".metadata.creationTimestamp",
      Message: ready("message"),
    });
    assert.deepEqual(shown.slice(0, 2).map(({ name }) => name), ["Ready", "Reason"]);
    assert.equal(shown.find(({ name }) => name === "Age")?.type, "date");
    assert.deepEqual(shown.filter(({ name }) => name === "Message").map(({ priority }) => priority), [1]);
  });

  Deno.test(`${kind} has columns of fields that exist`, () => {
    for (const { jsonPath } of version!.additionalPrinterColumns) {
      if (jsonPath.startsWith(".metadata.")) continue;
      const path = jsonPath.replace(/\[\?.*?\]/, "[]").split(".").filter(Boolean);
      let node: Node | undefined = schema;
      for (const part of path) {
        const field: Node | undefined = node?.properties?.[part.replace("[]", "")];
        node = part.endsWith("[]") ? field?.items : field;
      }
      assert.ok(node?.type === "string" || node?.type === "integer", jsonPath);
    }
  });

  const nodes = [...walk(spec!, "spec"), ...walk(status!, "status")];

  Deno.test(`${kind} describes every field, in a sentence, without its default`, () => {
    assert.match(schema.description ?? "", /^[A-Z].*\.$/);
    for (const { path, node } of nodes) {
      if (/(\[\]|\{\})$/.test(path) && node.type !== "object") continue;
      assert.match(node.description ?? "", /^["A-Z].*\.$/s, path);
      assert.doesNotMatch(node.description ?? "", /[Dd]efault(s to|:| is)/, path);
    }
  });

  Deno.test(`${kind} gives no parent in its spec a default: absence has a meaning`, () => {
    for (const { path, node } of walk(spec!, "spec")) {
      if (node.type === "object" || node.type === "array") assert.equal(node.default, undefined, path);
    }
  });

  Deno.test(`${kind} has defaults that fit their own schema`, () => {
    for (const { path, node } of walk(spec!, "spec")) {
      if (node.default === undefined) continue;
      const type = typeof node.default === "number" ? "integer" : typeof node.default;
      assert.equal(type, node.type, path);
      if (node.enum) assert.ok(node.enum.includes(node.default), path);
      if (typeof node.default !== "number") continue;
      assert.ok(node.default >= (node.minimum ?? -Infinity) && node.default <= (node.maximum ?? Infinity), path);
    }
  });

  Deno.test(`${kind} requires only fields that exist, and maps only by keys that are required`, () => {
    for (const { path, node } of nodes) {
      for (const name of node.required ?? []) assert.ok(node.properties?.[name], `${path}.${name}`);
      if (node["x-kubernetes-list-type"] !== "map") continue;
      for (const key of node["x-kubernetes-list-map-keys"] ?? []) {
        assert.ok(node.items?.required?.includes(key), `${path} by ${key}`);
      }
      assert.ok(node["x-kubernetes-list-map-keys"]?.length, path);
    }
  });

  Deno.test(`${kind} has conditions as a map by type, as Kubernetes has them`, () => {
    const { conditions } = status!.properties!;
    assert.equal(conditions?.["x-kubernetes-list-type"], "map");
    assert.deepEqual(conditions?.["x-kubernetes-list-map-keys"], ["type"]);
    assert.deepEqual(Object.keys(conditions?.items?.properties ?? {}).sort(), [
      "lastTransitionTime",
      "message",
      "observedGeneration",
      "reason",
      "status",
      "type",
    ]);
  });

  Deno.test(`${kind} has patterns that compile`, () => {
    for (const { path, node } of nodes) {
      if (node.pattern !== undefined) assert.ok(new RegExp(node.pattern, "u") instanceof RegExp, path);
    }
  });

  Deno.test(`${kind} is well below the 256 KiB of client-side apply`, () => {
    const size = new TextEncoder().encode(JSON.stringify(crd)).length;
    assert.ok(size < 64 * 1024, `${size} bytes`);
    assert.ok(yamlDocuments([crd]).length < 64 * 1024);
  });

  const rules = [...walk(schema, kind)].flatMap(({ node }) => node["x-kubernetes-validations"] ?? []);

  Deno.test(`${kind} has rules with a message that names a field and a remedy`, () => {
    for (const { rule, message } of rules) {
      assert.match(message, /^[\w.]+ .+: .+$/, rule);
      assert.doesNotMatch(message, /\n/);
    }
  });

  Deno.test(`${kind} has a case for every rule, and no case without one`, () => {
    const cases = ruleCases.filter((each) => each.kind === kind);
    for (const { message } of rules) {
      assert.equal(cases.filter((each) => message.startsWith(each.message)).length, 1, message);
    }
    for (const each of cases) {
      assert.equal(rules.filter(({ message }) => message.startsWith(each.message)).length, 1, each.message);
    }
  });

  Deno.test(`${kind} lets a stored object that breaks a rule be edited`, () => {
    for (const { rule, message, optionalOldSelf } of rules) {
      const isTransition = rule.includes("oldSelf") && !optionalOldSelf;
      if (isTransition) continue;
      assert.equal(optionalOldSelf, true, message);
      assert.match(rule, /oldSelf\.hasValue\(\) && !\(/, message);
      assert.ok(
        ruleCases.some((each) => each.kind === kind && message.startsWith(each.message) && each.edited),
        message,
      );
    }
  });
}

Deno.test("every case has what its rule refuses and what it lets through", () => {
  for (const { message, accepted, refused, update } of ruleCases) {
    assert.ok((accepted && refused) || (update && update.refused.length > 0), message);
  }
});

Deno.test("a definition's name is its key", () => {
  for (const [name, { kind }] of Object.entries(kinds)) assert.equal(name, kind);
});

Deno.test("crds/, docs/reference/ and deploy/install.yaml are as the schemas have them", async () => {
  assert.deepEqual(await staleFiles(), []);
});
