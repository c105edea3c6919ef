import assert from "node:assert/strict";
import { KubeError } from "../../../lib/kube/errors.ts";
import { lackingPermissions } from "../../../lib/kube/permissions.ts";
import type { RequestOptions } from "../../../lib/kube/transport.ts";
import { KeptLog, thingType } from "./collaborators.ts";

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

const ENOUGH: readonly Rule[] = [
  { verbs: ["get", "list", "watch", "patch"], apiGroups: ["test.dev"], resources: ["things"] },
  { verbs: ["create", "delete"], apiGroups: ["test.dev"], resources: ["toys"] },
  { verbs: ["patch"], apiGroups: ["test.dev"], resources: ["things/status"] },
  { verbs: ["get", "create", "patch", "delete"], apiGroups: [""], resources: ["secrets"] },
  { verbs: ["create", "patch"], apiGroups: ["events.k8s.io"], resources: ["events"] },
  { verbs: ["create"], apiGroups: ["coordination.k8s.io"], resources: ["leases"] },
  {
    verbs: ["get", "watch", "update"],
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: ["op"],
  },
];

/** What is said to be lacking where the authorizer answers with these rules. */
async function lacking(answer: (namespace: string) => unknown): Promise<{ found: string[]; log: KeptLog }> {
  const log = new KeptLog();
  const request = <T>(_method: string, _path: string, { body }: RequestOptions): Promise<T> => {
    const given = answer((body as { readonly spec: { readonly namespace: string } }).spec.namespace);
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given as T);
  };
  const { signal } = new AbortController();
  const children = [{ ...thingType, plural: "toys" }];
  const where = { namespaces: ["team-a"], lease: { namespace: "sys", name: "op" } };
  return {
    found: await lackingPermissions({ transport: { request }, types: [thingType], children, ...where, log, signal }),
    log,
  };
}

function told(resourceRules: readonly Rule[]) {
  return { status: { resourceRules, incomplete: false } };
}

const rules: Readonly<Record<string, readonly [readonly Rule[], readonly RegExp[]]>> = {
  "nothing where all is allowed": [ENOUGH, []],
  "nothing where a star stands for all": [[{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }], []],
  "the status that may not be written": [
    ENOUGH.filter(({ resources }) => resources[0] !== "things/status"),
    [/^Not allowed to patch things\.test\.dev\/status in namespace team-a: bind the role of the chart/],
  ],
  "nothing where a star stands for the kinds of a status": [
    ENOUGH.map((rule) => rule.resources[0] === "things/status" ? { ...rule, resources: ["*/status"] } : rule),
    [],
  ],
  "the kind whose objects may not be made": [
    ENOUGH.filter(({ resources }) => resources[0] !== "toys"),
    [/^Not allowed to create, delete toys\.test\.dev in namespace team-a: /],
  ],
  "the verbs of one resource in one sentence": [
    ENOUGH.map((rule) => rule.resources[0] === "secrets" ? { ...rule, verbs: ["get"] } : rule),
    [/^Not allowed to create, patch, delete secrets in namespace team-a: /],
  ],
  "Secrets of which only some may be read": [
    ENOUGH.map((rule) => rule.resources[0] === "secrets" ? { ...rule, resourceNames: ["one"] } : rule),
    [/^Not allowed to get, create, patch, delete secrets/],
  ],
  "a Lease of another name": [
    ENOUGH.map((rule) => rule.resourceNames ? { ...rule, resourceNames: ["other"] } : rule),
    [/^Not allowed to get, watch, update leases\.coordination\.k8s\.io in namespace sys: /],
  ],
};

for (const [fact, [given, expected]] of Object.entries(rules)) {
  Deno.test(`of permissions is lacking: ${fact}`, async () => {
    const { found } = await lacking(() => told(given));
    assert.equal(found.length, expected.length, found.join("\n"));
    for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern);
  });
}

Deno.test("permissions are looked at in each namespace by itself", async () => {
  const { found } = await lacking((namespace) => told(namespace === "team-a" ? ENOUGH : []));
  assert.deepEqual(found.map((lack) => lack.replace(/:.*/, "")), [
    "Not allowed to create, get, watch, update leases.coordination.k8s.io in namespace sys",
  ]);
});

const unknown: Readonly<Record<string, unknown>> = {
  "an authorizer that cannot list its rules": { status: { resourceRules: [], incomplete: true } },
  "an answer without rules": {},
  "a server that has no such review": new KubeError(404, "NotFound", "the server could not find the resource"),
};

for (const [fact, answer] of Object.entries(unknown)) {
  Deno.test(`no permission is missed with ${fact}`, async () => {
    const { found, log } = await lacking(() => answer);
    assert.deepEqual(found, []);
    assert.deepEqual(log.lines.map(({ level }) => level), ["DEBUG", "DEBUG"]);
  });
}
