import assert from "node:assert/strict";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { kinds } from "../../handlers/kinds.ts";
import { ANNOTATIONS } from "../../handlers/names.ts";
import { refused } from "../sandbox/aws/contract/case.ts";
import { clusterScenarios } from "../scenarios/cases/cluster.ts";
import { scenarios } from "../scenarios/run.ts";
import { Stage } from "../scenarios/stage.ts";
import { type AuditEvent, auditEvents, isAllowed, permissionFor, permissionsOf } from "./permissions.ts";
import { type RealWorld, startRealWorld, startStrictWorld } from "./worlds.ts";

const KINDS = Object.values(kinds).map(({ plural }) => plural);
/** Asked for by who watches some namespaces, to warn of objects elsewhere; it does without the answer. */
const TRIED = KINDS.map((plural) => `list s3.cloud37.dev/${plural}`);
/**
 * What no request shows: the API server itself asks whether an operator that makes a Bucket's child may hold up the
 * deletion of the Bucket (OwnerReferencesPermissionEnforcement).
 */
const UNSEEN = ["update s3.cloud37.dev/buckets/finalizers"];

/** Roles that come with Kubernetes give these to everybody who is authenticated. */
const EVERYBODY = [
  "create authorization.k8s.io/selfsubjectrulesreviews",
  "get /openapi/v3/apis/s3.cloud37.dev/v1alpha1",
];

async function seen({ cluster, account }: RealWorld): Promise<AuditEvent[]> {
  return auditEvents(await Deno.readTextFile(cluster.auditLog), account.user);
}

/** What was asked for and allowed is what the rules allow. */
async function rulesAreUsed(world: RealWorld): Promise<void> {
  const used = new Set((await seen(world)).filter(isAllowed).map(permissionFor));
  assert.deepEqual([...used, ...UNSEEN].sort(), [...permissionsOf(world.account.rules), ...EVERYBODY].sort());
}

async function neverListsSecrets(world: RealWorld): Promise<void> {
  const ofSecrets = (await seen(world)).filter(({ objectRef }) => objectRef?.resource === "secrets");
  assert.deepEqual(new Set(ofSecrets.map(({ verb }) => verb)), new Set(["get", "create", "patch", "delete"]));
}

async function usesTheWholeCluster(world: RealWorld): Promise<void> {
  const everywhere = (await seen(world)).filter(({ objectRef }) => objectRef?.namespace === undefined);
  const expected = KINDS.flatMap((plural) => ["list", "watch"].map((verb) => `${verb} s3.cloud37.dev/${plural}`));
  assert.deepEqual([...new Set(everywhere.map(permissionFor))].sort(), [...expected, ...EVERYBODY].sort());
}

async function needsFinalizers(world: RealWorld): Promise<void> {
  await using stage = new Stage(world);
  const operator = await stage.begin();
  const bucket = stage.bucket("auto");
  await world.account.without("buckets/finalizers", async () => {
    await stage.applied(bucket);
    await stage.eventually("the operator to be forbidden its work", () => {
      return Promise.resolve(operator.log().some((line) => /cannot set blockOwnerDeletion/.test(line)));
    });
  });
  await stage.ready(bucket);
}

async function endsWithScoped(world: RealWorld): Promise<void> {
  await using stage = new Stage(world);
  const operator = await stage.begin();
  const bucket = stage.plainBucket("data");
  await stage.applied(bucket);
  await stage.ready(bucket);
  await stage.admin.annotate(bucket, { [ANNOTATIONS.paused]: "true" });
  await stage.admin.remove({ kind: "Namespace", metadata: { name: stage.ns } });
  await stage.eventually("its Role to be gone", async () => !await world.account.mayEnter(stage.ns));
  await stage.admin.annotate(bucket, { [ANNOTATIONS.paused]: null });
  await stage.eventually("the operator to be forbidden its work", () => {
    return Promise.resolve(operator.log().some((line) => /cannot patch resource/.test(line)));
  });
  await world.account.widen();
  await stage.gone(bucket, ...stage.providerObjects());
}

scenarios(startRealWorld, {
  name: "kube-apiserver and moto",
  afterwards: {
    "the Roles of preset minimal allow what the operator asked for, and nothing else": rulesAreUsed,
    "nothing was forbidden to it but to look beyond its namespaces": async (world) => {
      const forbidden = (await seen(world)).filter((event) => !isAllowed(event));
      assert.deepEqual(forbidden.filter(({ objectRef }) => objectRef?.namespace !== undefined), []);
      assert.deepEqual([...new Set(forbidden.map(permissionFor))].sort(), TRIED.toSorted());
    },
    "no Secrets were ever listed or watched": neverListsSecrets,
    "moto refuses the operator what its IAM policy does not name": async ({ clients, credentials }) => {
      await refused(clients.s3As({ credentials }).send(new ListBucketsCommand({})), "AccessDenied", 403);
    },
    "a namespace that is deleted whole takes its Roles first, and its end waits for preset scoped": endsWithScoped,
  },
});

// What moto cannot show runs against the sandbox's service, so that no scenario goes without a real API server; and what
// shows rare permissions.
scenarios(startStrictWorld, {
  name: "kube-apiserver and sandbox",
  only: (scenario) => {
    const { needs = [] } = scenario;
    return needs.includes("strict service") || needs.includes("rights that stay") ||
      clusterScenarios.includes(scenario);
  },
  afterwards: {
    "the ClusterRole of preset scoped allows what the operator asked for, and nothing else": rulesAreUsed,
    "nothing was forbidden to it": async (world) => {
      assert.deepEqual((await seen(world)).filter((event) => !isAllowed(event)), []);
    },
    "the whole cluster was listed and watched, and nothing else was asked of it": usesTheWholeCluster,
    "no Secrets were ever listed or watched": neverListsSecrets,
    "without the right to finalizers of Buckets no child is made where owner references are enforced": needsFinalizers,
  },
});
