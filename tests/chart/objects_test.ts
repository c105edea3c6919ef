import assert from "node:assert/strict";
import { READABLE_FOLDERS } from "../../lib/platform/permissions.ts";
import { leaseNameOf } from "../../lib/kube/shard.ts";
import { type Manifest, only, RELEASE, render, type Values } from "./render.ts";

const SELECTOR = { "app.kubernetes.io/name": RELEASE, "app.kubernetes.io/instance": RELEASE };

Deno.test("names, selector and port are those of 0.2.x", async () => {
  const manifests = await render();
  const deployment = only(manifests, "Deployment");
  assert.equal(deployment.metadata.name, RELEASE);
  assert.deepEqual(deployment.spec.selector.matchLabels, SELECTOR);
  assert.deepEqual(only(manifests, "Service").spec.selector, SELECTOR);
  assert.deepEqual(only(manifests, "Service").spec.ports, [{ name: "metrics", port: 8080, targetPort: "metrics" }]);
  assert.equal(deployment.spec.template.spec.containers[0].ports[0].name, "metrics");
  assert.equal(deployment.spec.template.spec.containers[0].name, "operator");
});

function names(manifests: readonly Manifest[], kind: string): string[] {
  return manifests.filter((manifest) => manifest.kind === kind).map(({ metadata: { namespace, name } }) => {
    return namespace === undefined ? name : `${namespace}/${name}`;
  });
}

const permissions: Readonly<Record<string, readonly [Values, Readonly<Record<string, readonly string[]>>]>> = {
  "minimal in the cluster": [{}, { ClusterRoleBinding: [RELEASE], RoleBinding: [`${RELEASE}/${RELEASE}-lease`] }],
  "minimal in its own namespace": [
    { operator: { watchScope: "namespaced" } },
    { ClusterRoleBinding: [], RoleBinding: [`${RELEASE}/${RELEASE}-lease`, `${RELEASE}/${RELEASE}`] },
  ],
  "minimal in some namespaces": [
    { operator: { watchScope: "namespaced", watchNamespaces: ["a", "b"] } },
    { ClusterRoleBinding: [], RoleBinding: [`${RELEASE}/${RELEASE}-lease`, `a/${RELEASE}`, `b/${RELEASE}`] },
  ],
  "scoped, whatever is watched": [
    { rbac: { preset: "scoped" }, operator: { watchScope: "namespaced", watchNamespaces: ["a"] } },
    { ClusterRoleBinding: [RELEASE], RoleBinding: [`${RELEASE}/${RELEASE}-lease`] },
  ],
  "without a lease": [{ operator: { leaderElect: false } }, { ClusterRoleBinding: [RELEASE], RoleBinding: [] }],
  "none, where they are made elsewhere": [{ rbac: { create: false } }, { ClusterRoleBinding: [], RoleBinding: [] }],
};

for (const [fact, [values, expected]] of Object.entries(permissions)) {
  Deno.test(`permissions ${fact}`, async () => {
    const manifests = await render({ crds: { enabled: false }, ...values });
    for (const [kind, bindings] of Object.entries(expected)) assert.deepEqual(names(manifests, kind), bindings);
  });
}

Deno.test("every preset gives the same rules, wherever they are bound; none lists or watches Secrets", async () => {
  const rulesOf = async (values: Values) => {
    const roles = (await render(values)).filter(({ kind, metadata: { name } }) =>
      kind.endsWith("Role") && name === RELEASE
    );
    assert.equal(roles.length, 1);
    return roles[0]!.rules;
  };
  const rules = await rulesOf({});
  for (const preset of ["scoped", "full"]) assert.deepEqual(await rulesOf({ rbac: { preset } }), rules);
  assert.deepEqual(await rulesOf({ operator: { watchScope: "namespaced" } }), rules);
  const ofSecrets = rules.filter(({ resources }: { resources: string[] }) => resources.includes("secrets"));
  assert.deepEqual(ofSecrets, [{
    apiGroups: [""],
    resources: ["secrets"],
    verbs: ["get", "create", "patch", "delete"],
  }]);
});

Deno.test("each shard may hold its own Lease alone, by the name that the program gives it", async () => {
  for (const selector of [undefined, "shard=a", "!shard"]) {
    const role = only(
      (await render(selector ? { operator: { watchLabelSelector: selector } } : {})).filter(({ kind }) =>
        kind === "Role"
      ),
      "Role",
    );
    assert.deepEqual(role.rules[1].resourceNames, [leaseNameOf("wasabi-s3-operator", selector)]);
  }
});

Deno.test("a digest beats the tag", async () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const { spec } = only(await render({ image: { tag: "1.2.3", digest } }), "Deployment");
  assert.equal(spec.template.spec.containers[0].image, `ghcr.io/kenchrcum/${RELEASE}@${digest}`);
});

Deno.test("a topology spread constraint without a selector is about the operator's pods", async () => {
  const own = { matchLabels: { a: "b" } };
  const constraint = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
  const { spec } = only(
    await render({ topologySpreadConstraints: [constraint, { ...constraint, labelSelector: own }] }),
    "Deployment",
  );
  const selectors = spec.template.spec.topologySpreadConstraints.map((each: Manifest) => each.labelSelector);
  assert.deepEqual(selectors, [{ matchLabels: SELECTOR }, own]);
});

Deno.test("the network policy lets traces out by the port of their endpoint", async () => {
  const ports = async (endpoint: string, others: Values = {}) => {
    const values = { networkPolicy: { enabled: true }, tracing: { endpoint, ...others } };
    const { spec } = only(await render(values), "NetworkPolicy");
    return spec.egress[1].ports.map(({ port }: { port: number }) => port);
  };
  assert.deepEqual(await ports(""), [443, 6443]);
  assert.deepEqual(await ports("http://collector:4318"), [443, 6443, 4318]);
  assert.deepEqual(await ports("http://[::1]:4318/x"), [443, 6443, 4318]);
  assert.deepEqual(await ports("http://collector"), [443, 6443, 80]);
  assert.deepEqual(await ports("https://collector"), [443, 6443]);
  const traces = { endpoint: "http://traces:4320" };
  assert.deepEqual(await ports("http://collector:4318", { traces }), [443, 6443, 4320]);
  assert.deepEqual(await ports("http://collector:4318", { sdkDisabled: true }), [443, 6443]);
});

Deno.test("a certificate for traces from a Secret or a ConfigMap is a file of the pod, which the program is told", async () => {
  const given = { name: "ca", key: "tls.crt" };
  const extra = {
    extraVolumes: [{ name: "own", emptyDir: {} }],
    extraVolumeMounts: [{ name: "own", mountPath: "/own" }],
  };
  const tracing = { certificateSecretRef: given, traces: { certificateConfigMapRef: given } };
  const { spec } = only(await render({ tracing, ...extra }), "Deployment").spec.template;
  const items = [{ key: "tls.crt", path: "ca.crt" }];
  assert.deepEqual(spec.volumes, [
    { name: "otlp-certificate", secret: { secretName: "ca", items } },
    { name: "otlp-traces-certificate", configMap: { name: "ca", items } },
    extra.extraVolumes[0],
  ]);
  const [{ env, volumeMounts }] = spec.containers;
  const fileOf = (variable: string) => env.find(({ name }: Manifest["metadata"]) => name === variable).value;
  const mounted = (volumeMounts as readonly { readonly mountPath: string }[]).map(({ mountPath }) => mountPath);
  assert.equal(fileOf("OTEL_EXPORTER_OTLP_CERTIFICATE"), `${mounted[0]}/ca.crt`);
  assert.ok(READABLE_FOLDERS.some((folder) => mounted[0]?.startsWith(`${folder}/`)), "the program may not read it");
  assert.equal(fileOf("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"), `${mounted[1]}/ca.crt`);
  assert.equal(mounted[2], "/own");
});
