import assert from "node:assert/strict";
import { settings } from "../../lib/config/settings.ts";
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
  "a label selector that is none": [{ operator: { watchLabelSelector: "shard=a;b" } }, /watchLabelSelector/],
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
  "a share that its sampler does not look at": [
    { tracing: { samplerRatio: 0.1 } },
    /samplerRatio has no effect with sampler parentbased_always_on: set tracing\.sampler=parentbased_traceidratio/,
  ],
  "a protocol of traces that there is none of": [
    { tracing: { traces: { protocol: "grpc" } } },
    /traces\/protocol.*'http\/protobuf', 'http\/json'/,
  ],
  "an endpoint of traces alone without a scheme": [
    { tracing: { traces: { endpoint: "collector" } } },
    /tracing\/traces\/endpoint/,
  ],
  "an unknown value of traces": [{ tracing: { traces: { headers: "a=b" } } }, /'headers' not allowed/],
  "no time for an export": [{ tracing: { timeout: 0 } }, /timeout.*minimum: got 0, want 1/],
  "a time with a unit": [{ tracing: { traces: { timeout: "10s" } } }, /traces\/timeout.*got string, want .*integer/],
  "a certificate without its whole path": [{ tracing: { certificate: "ca.pem" } }, /tracing\/certificate/],
  "a certificate for a receiver without TLS": [
    { tracing: { endpoint: "http://collector:4318", certificate: "/ca/a.pem" } },
    /tracing\.certificate has no effect with an endpoint of http:.*: give one of https:\/\/, or remove it/,
  ],
  "a certificate of traces alone for a receiver without TLS": [
    { tracing: { endpoint: "https://a", traces: { endpoint: "http://b", certificate: "/ca/a.pem" } } },
    /tracing\.traces\.certificate has no effect/,
  ],
  "a certificate from a Secret for a receiver without TLS": [
    { tracing: { endpoint: "http://a", certificateSecretRef: { name: "ca", key: "ca.crt" } } },
    /tracing\.certificateSecretRef has no effect with an endpoint of http:/,
  ],
  "two certificates": [
    { tracing: { certificate: "/ca/a.pem", certificateConfigMapRef: { name: "ca", key: "ca.crt" } } },
    /tracing\.certificate and tracing\.certificateConfigMapRef give one certificate: remove all but one of them/,
  ],
  "half a reference to a certificate": [
    { tracing: { traces: { certificateSecretRef: { name: "ca" } } } },
    /certificateSecretRef.*missing property 'key'/,
  ],
  "an attribute that is no text": [
    { tracing: { resourceAttributes: { team: 1 } } },
    /resourceAttributes\/team.*want string/,
  ],
  "an attribute whose name no variable can hold": [{ tracing: { resourceAttributes: { "a b": "c" } } }, /'a b'/],
  "an attribute with a line break": [{ tracing: { resourceAttributes: { a: "b\nc" } } }, /resourceAttributes\/a/],
  "two names of the service": [
    { tracing: { serviceName: "s3", resourceAttributes: { "service.name": "s4" } } },
    /resourceAttributes sets service\.name, which tracing\.serviceName sets: remove one of them/,
  ],
  "two versions of the service": [
    { tracing: { serviceVersion: "7", resourceAttributes: { "service.version": "8" } } },
    /resourceAttributes sets service\.version, which tracing\.serviceVersion sets: remove one of them/,
  ],
  "a time below zero until a span is sent": [{ tracing: { batch: { scheduleDelay: -1 } } }, /scheduleDelay.*minimum/],
  "no time for a batch": [{ tracing: { batch: { exportTimeout: 0 } } }, /exportTimeout.*minimum: got 0, want 1/],
  "more spans than memory should hold": [{ tracing: { batch: { maxQueueSize: 100_001 } } }, /maxQueueSize.*maximum/],
  "batches of more spans than may wait": [
    { tracing: { batch: { maxQueueSize: 100, maxExportBatchSize: 101 } } },
    /maxExportBatchSize is above the 100 spans that may wait: set it to at most that, or raise .*maxQueueSize/,
  ],
  "batches of more spans than may wait where nothing else is said": [
    { tracing: { batch: { maxExportBatchSize: settings.bspMaxQueueSize.fallback + 1 } } },
    new RegExp(`above the ${settings.bspMaxQueueSize.fallback} spans that may wait`),
  ],
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
