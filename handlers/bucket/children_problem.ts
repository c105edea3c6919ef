import { findCondition } from "../../lib/kube/conditions.ts";
import type { CustomResource } from "../../lib/kube/object.ts";
import type { AccessKey, Bucket, BucketPolicy, User } from "../kinds.ts";
import { childName } from "../names.ts";
import { isReady, isStalled } from "../objects.ts";
import type { Problem } from "../plan.ts";
import { type Children, ownUserName, wantedChildren } from "./children.ts";

type Child = User | AccessKey | BucketPolicy;

/**
 * What the Bucket still waits for: a child to be made, or to carry out an edit of the Bucket. One that has, and has
 * troubles later, says so itself.
 * @param requested targets of this pass, children among them
 */
export function childrenProblem(
  object: Bucket,
  children: Children,
  requested: ReadonlySet<string>,
): Problem | undefined {
  const wanted = wantedChildren(object);
  const { user, givenUser, accessKey, policy, hasOwnPolicy } = children;
  const isDone = (child: Child) => hasCarriedOut(child, object, requested);
  const reference = object.spec.userRef;
  if (reference && (wanted.accessKey || wanted.policy) && givenUser?.status?.arn === undefined) {
    return waiting("UserNotReady", `User ${reference.name}`, givenUser);
  }
  // The ARN matters only where the policy is still to be made: with 0.2.x there was one without it.
  const lacksArn = policy === undefined && user?.status?.arn === undefined;
  if (wanted.user && (user?.status?.created !== true || lacksArn || !isDone(user))) {
    return notReady("UserNotReady", "User", user);
  }
  if (wanted.accessKey && (accessKey?.status?.created !== true || !isDone(accessKey))) {
    return notReady("UserNotReady", "AccessKey", accessKey);
  }
  if (wanted.policy && !hasOwnPolicy && (policy?.status?.applied !== true || !isDone(policy))) {
    return notReady("PolicyNotReady", "BucketPolicy", policy);
  }
  return undefined;
}

/** What else is mended in a child, as at a take-over, does not take its readiness from a Bucket. */
function hasCarriedOut(child: Child, { metadata, status }: Bucket, requested: ReadonlySet<string>): boolean {
  const reason = findCondition(status?.conditions, "Ready")?.reason;
  const isWaiting = reason === "UserNotReady" || reason === "PolicyNotReady";
  if (!isWaiting && status?.observedGeneration === metadata.generation) return true;
  const isChanged = isWaiting || requested.has(`${child.kind}/${child.metadata.name}`);
  return child.status?.observedGeneration === child.metadata.generation && (!isChanged || isReady(child));
}

/** What of the spec comes too late for a child that is there: IAM users are not renamed, and their keys are in use. */
export function withoutEffect(object: Bucket, { user }: Pick<Children, "user">): string | undefined {
  const wanted = ownUserName(object);
  if (wanted === undefined || user === undefined || user.spec.name === wanted) return undefined;
  const { name } = object.metadata;
  return `spec.autoManage.userName "${wanted}" has no effect: the bucket's user is there already as ` +
    `"${user.spec.name}"; for a new user with a new key delete AccessKey ${childName.accessKey(name)} and User ` +
    childName.user(name);
}

/** A child that needs a person stalls its Bucket: whoever applied the Bucket alone looks at nothing else. */
function notReady(reason: string, what: string, child: CustomResource | undefined): Problem {
  const problem = waiting(reason, what, child);
  return child && isStalled(child) ? { ...problem, kind: "stalled" } : problem;
}

function waiting(reason: string, what: string, child: CustomResource | undefined): Problem {
  const ready = findCondition(child?.status?.conditions, "Ready");
  const why = child === undefined
    ? "is not there yet"
    : ready?.status === "False"
    ? `is not ready: ${ready.reason}: ${ready.message}`
    : "is not ready yet";
  return { kind: "waiting", reason, message: `${what}${child ? ` ${child.metadata.name}` : ""} ${why}` };
}
