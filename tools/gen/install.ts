import type { KindDefinition } from "../../lib/crd/kind.ts";
import { rbac } from "./rbac.ts";

/** Name of the operator's objects, and of its namespace. */
const NAME = "wasabi-s3-operator";
const SELECTOR = { "app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME };

export interface InstallOptions {
  /** Tag of the image. */
  readonly version: string;
  readonly definitions: readonly KindDefinition[];
}

/** Everything beside the CRDs that the operator needs in a cluster, in the order in which it is applied. */
export function installManifest({ version, definitions }: InstallOptions): Record<string, unknown>[] {
  const labels = { ...SELECTOR, "app.kubernetes.io/version": version };
  const metadata = { name: NAME, namespace: NAME, labels };
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAME, labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...rbac({ metadata, definitions }),
    deployment(metadata, version),
  ];
}

function deployment(metadata: Record<string, unknown>, version: string): Record<string, unknown> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: metadata.labels },
        spec: {
          serviceAccountName: NAME,
          // A Service named "metrics" would set METRICS_PORT to a URL.
          enableServiceLinks: false,
          // Workers drain for 30 s at most; a key creation is never cut between its call and its Secret.
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [container(version)],
          // The compiled program keeps its code cache there.
          volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        },
      },
    },
  };
}

function container(version: string): Record<string, unknown> {
  return {
    name: "operator",
    image: `ghcr.io/kenchrcum/${NAME}:${version}`,
    ports: [{ name: "metrics", containerPort: 8080 }],
    livenessProbe: { httpGet: { path: "/healthz", port: "metrics" }, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { httpGet: { path: "/readyz", port: "metrics" }, periodSeconds: 5 },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}
