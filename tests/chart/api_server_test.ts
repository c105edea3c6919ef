import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Site } from "./site.ts";
import { type Manifest, only, readManifests, RELEASE, render, type Values } from "./render.ts";

const ROOT = new URL("../../", import.meta.url);
const DRY_RUN = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];

const matrix: Readonly<Record<string, Values>> = {
  "the defaults": {},
  "everything that can be switched on": {
    replicaCount: 3,
    operator: { metricsPort: 9090 },
    tracing: {
      endpoint: "https://collector:4318",
      headersSecretRef: { name: "otlp", key: "headers" },
      certificateSecretRef: { name: "otlp", key: "tls.crt" },
      traces: { certificateConfigMapRef: { name: "ca", key: "ca.crt" } },
    },
    podDisruptionBudget: { enabled: true, maxUnavailable: "50%" },
    networkPolicy: {
      enabled: true,
      metricsFrom: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      extraEgress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 9000 }] }],
    },
    serviceMonitor: { enabled: true, namespace: "monitoring", labels: { release: "prometheus" } },
    prometheusRule: { enabled: true, namespace: "monitoring", labels: { release: "prometheus" } },
    dashboards: { enabled: true, namespace: "monitoring", annotations: { grafana_folder: "S3" } },
  },
  "everything that can be switched off": {
    crds: { enabled: false },
    serviceAccount: { create: false, name: "other" },
    rbac: { create: false, aggregate: false },
    tracing: { enabled: false },
    operator: { leaderElect: false },
  },
  "what a pod can be given": {
    image: { digest: `sha256:${"a".repeat(64)}`, pullPolicy: "Always" },
    imagePullSecrets: [{ name: "registry" }],
    labels: { team: "storage" },
    annotations: { "example.com/a": "b" },
    priorityClassName: "system-cluster-critical",
    nodeSelector: { "kubernetes.io/arch": "arm64" },
    tolerations: [{ key: "a", operator: "Exists" }],
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }],
    extraEnv: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
    extraEnvFrom: [{ configMapRef: { name: "more", optional: true } }],
    extraVolumes: [{ name: "ca", configMap: { name: "ca" } }],
    extraVolumeMounts: [{ name: "ca", mountPath: "/etc/ca", readOnly: true }],
    livenessProbe: { initialDelaySeconds: 5 },
    resources: { limits: { cpu: 1 } },
  },
  "one watched namespace": { operator: { watchScope: "namespaced" } },
  "many watched namespaces": { operator: { watchScope: "namespaced", watchNamespaces: ["team-a", "team-b"] } },
  "a watched cluster with few namespaces": { operator: { watchScope: "namespaced" }, rbac: { preset: "scoped" } },
  "full permissions": { rbac: { preset: "full" } },
  "a pod monitor": { podMonitor: { enabled: true, interval: "1m", scrapeTimeout: "1m" } },
  "other names": { nameOverride: "s3", fullnameOverride: "storage" },
  "a cluster that chooses users": { securityContext: { runAsUser: null, runAsGroup: null } },
  "the values of 0.2.x": {
    image: { repository: "kenchrcum/wasabi-s3-operator", tag: "" },
    operator: { watchScope: "namespaced", logLevel: "INFO", metricsPort: 8080 },
    rbac: { create: true, preset: "minimal" },
    resources: { limits: { cpu: "500m", memory: "512Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
    securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
    tracing: { enabled: true, endpoint: "http://localhost:4317", serviceName: "s3", serviceVersion: "1" },
  },
};

Deno.test("a real API server takes what the chart makes", async (test) => {
  await using site = await Site.start();
  for (const namespace of ["monitoring", "team-a", "team-b"]) await site.get("create", "namespace", namespace);
  await site.get("create", "-f", fileURLToPath(new URL("tests/chart/fixtures/monitoring.yaml", ROOT)));
  await site.get("create", "namespace", RELEASE);
  await site.get("label", "namespace", RELEASE, "pod-security.kubernetes.io/enforce=restricted");
  const dryRun = async (objects: readonly unknown[]) => {
    return await site.kubectl(DRY_RUN, { input: objects.map((each) => JSON.stringify(each)).join("\n---\n") });
  };

  for (const [fact, values] of Object.entries(matrix)) {
    await test.step(`from ${fact}, and the pod in a restricted namespace`, async () => {
      const manifests = await render(values);
      const { code, err } = await dryRun([...manifests, podOf(manifests)]);
      assert.equal(code, 0, err);
      assert.doesNotMatch(err, /[Ww]arning/);
    });
  }

  await test.step("and would say what is wrong", async () => {
    const manifests = await render();
    const deployment = only(manifests, "Deployment");
    const unknown = await dryRun([{ ...deployment, spec: { ...deployment.spec, replica: 1 } }]);
    assert.match(unknown.err, /unknown field "spec.replica"|field not declared in schema/);
    const pod = podOf(manifests);
    const privileged = await dryRun([{ ...pod, spec: { ...pod.spec, securityContext: {} } }]);
    assert.match(privileged.err, /violates PodSecurity "restricted:latest"/);
  });

  await test.step("as one manifest, and through kustomize", async () => {
    const install = await Deno.readTextFile(new URL("deploy/install.yaml", ROOT));
    const built = await site.get("kustomize", fileURLToPath(new URL("deploy", ROOT)));
    const ids = (yaml: string) => readManifests(yaml).map(({ kind, metadata: { name } }) => `${kind}/${name}`).sort();
    assert.deepEqual(ids(built), ids(install));
    const { code, err } = await site.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], {
      input: built,
    });
    assert.equal(code, 0, err);
  });
});

/** A pod as the Deployment makes it. */
function podOf(manifests: readonly Manifest[]): Manifest {
  const { metadata, spec } = only(manifests, "Deployment").spec.template;
  return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "pod", namespace: RELEASE }, spec };
}
