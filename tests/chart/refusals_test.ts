import assert from "node:assert/strict";
import { refusal, type Values } from "./render.ts";

/** What is refused, by its reason; the message names the value, and what would be right. */
const refusals: Readonly<Record<string, readonly [Values, RegExp]>> = {
  "an unknown value": [{ operator: { watchscope: "cluster" } }, /'\/operator': .*'watchscope' not allowed/],
  "an unknown group": [{ operators: {} }, /'operators' not allowed/],
  "a scope that there is none of": [{ operator: { watchScope: "all" } }, /watchScope.*'cluster', 'namespaced'/],
  "a namespace that is no name": [
    { operator: { watchScope: "namespaced", watchNamespaces: ["Team A"] } },
    /watchNamespaces\/0/,
  ],
  "namespaces in scope cluster": [
    { operator: { watchNamespaces: ["a"] } },
    /operator\.watchNamespaces has no effect in scope cluster: set operator\.watchScope=namespaced, or remove it/,
  ],
  "a log level that there is none of": [{ operator: { logLevel: "loud" } }, /logLevel.*INFO/],
  "a log level of an unknown part": [{ operator: { logLevel: "INFO,disk=DEBUG" } }, /logLevel.*kube\|aws/],
  "a port that is none": [
    { operator: { metricsPort: 70_000 } },
    /metricsPort.*maximum: got 70[,.]?000, want 65[,.]?535/,
  ],
  "port 0, which the probes would not find": [{ operator: { metricsPort: 0 } }, /metricsPort.*minimum: got 0, want 1/],
  "a drift interval of a fraction": [{ operator: { driftCheckIntervalSeconds: 1.5 } }, /want integer/],
  "a drift interval of more than a week": [
    { operator: { driftCheckIntervalSeconds: 604_801 } },
    /driftCheckIntervalSeconds.*maximum/,
  ],
  "no objects at the same time": [{ operator: { concurrency: 0 } }, /concurrency.*minimum: got 0, want 1/],
  "a rule of references that there is none of": [{ operator: { references: "none" } }, /references.*'granted', 'all'/],
  "a rule of adoption that there is none of": [{ operator: { adoption: "never" } }, /adoption.*'annotated', 'always'/],
  "replicas below zero": [{ replicaCount: -1 }, /replicaCount.*minimum/],
  "two replicas without a lease": [
    { replicaCount: 2, operator: { leaderElect: false } },
    /operator\.leaderElect=false with replicaCount above 1.*: set one of them back/,
  ],
  "an image of the former operator": [
    { image: { tag: "0.2.4" } },
    /image\.tag 0\.2\.4 is the former operator.*: remove image\.tag/,
  ],
  "a tag in the repository": [{ image: { repository: "example.com/operator:1" } }, /image\/repository/],
  "a digest that is none": [{ image: { digest: "sha256:abc" } }, /image\/digest/],
  "a pull policy that there is none of": [{ image: { pullPolicy: "Maybe" } }, /pullPolicy.*'Always'/],
  "an endpoint for traces without a scheme": [
    { tracing: { endpoint: "collector:4318" } },
    /tracing\/endpoint.*https\?:/,
  ],
  "a password in the endpoint": [{ tracing: { endpoint: "http://u:p@collector:4318" } }, /tracing\/endpoint/],
  "half a reference to a Secret": [{ tracing: { headersSecretRef: { name: "a" } } }, /missing property 'key'/],
  "a sampler that there is none of": [{ tracing: { sampler: "some" } }, /sampler.*'traceidratio'/],
  "a share above one": [{ tracing: { samplerRatio: 2 } }, /samplerRatio.*maximum: got 2, want 1/],
  "a preset that there is none of": [{ rbac: { preset: "tiny" } }, /preset.*'minimal', 'scoped', 'full'/],
  "a variable that a value sets": [
    { extraEnv: [{ name: "LOG_LEVEL", value: "DEBUG" }] },
    /extraEnv sets LOG_LEVEL, which a value of operator or tracing sets: use that value/,
  ],
  "a variable without a name": [{ extraEnv: [{ value: "x" }] }, /missing property 'name'/],
  "root that may not be root": [
    { securityContext: { runAsUser: 0 } },
    /securityContext\.runAsUser=0 contradicts securityContext\.runAsNonRoot: remove runAsUser/,
  ],
  "less time to stop than it needs": [{ terminationGracePeriodSeconds: 5 }, /terminationGracePeriodSeconds.*want 30/],
  "a Service of a type without ports": [{ service: { type: "ExternalName" } }, /service\/type.*'ClusterIP'/],
  "a budget that lets no node drain": [{ podDisruptionBudget: { maxUnavailable: 0 } }, /maxUnavailable.*minimum/],
  "both monitors": [
    { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
    /serviceMonitor\.enabled and podMonitor\.enabled would scrape every pod twice: set one of them to false/,
  ],
  "scrapes that overlap": [
    { podMonitor: { enabled: true, interval: "90s", scrapeTimeout: "2m" } },
    /podMonitor\.scrapeTimeout 2m is longer than its interval 90s: set it to at most that/,
  ],
  "a duration without a unit": [{ serviceMonitor: { interval: "30" } }, /serviceMonitor\/interval/],
  "an egress without ports": [{ networkPolicy: { egressPorts: [] } }, /egressPorts.*minItems/],
  "a label that is no text": [{ labels: { team: 1 } }, /labels\/team.*want string/],
  "a label that selects the pods": [
    { labels: { "app.kubernetes.io/instance": "other" } },
    /labels sets app\.kubernetes\.io\/instance, which the chart sets: remove it/,
  ],
  "the values of the former chart alone": [{ crds: null }, /--reset-then-reuse-values instead of --reuse-values/],
};

for (const [reason, [values, message]] of Object.entries(refusals)) {
  Deno.test(`the chart refuses ${reason}`, async () => {
    assert.match((await refusal(values)).replaceAll("\n", " "), message);
  });
}
