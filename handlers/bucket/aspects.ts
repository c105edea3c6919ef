import { AwsError } from "../../lib/aws/api.ts";
import type { Bucket } from "../kinds.ts";
import type { Step } from "../plan.ts";
import type { Aspect, Observation } from "./aspect.ts";
import { cors } from "./cors.ts";
import { encryption } from "./encryption.ts";
import { lifecycle } from "./lifecycle.ts";
import { publicAccess } from "./public_access.ts";
import type { BucketScope } from "./scope.ts";
import { tagging } from "./tagging.ts";
import { versioning } from "./versioning.ts";

/** All settings of a bucket. Public access goes before all else, so that a new bucket is never open in between. */
const ASPECTS: readonly Aspect[] = [publicAccess, versioning, encryption, lifecycle, cors, tagging];

/** What was found of each aspect, by its field; one that could not be read holds up no other. */
export type Observations = Readonly<Record<string, Observation | { readonly error: unknown }>>;

/** The aspects that an object is concerned with: those it sets, and those it has set before. */
export function concerned({ spec, status }: Bucket): readonly Aspect[] {
  return ASPECTS.filter(({ field }) => fieldOf(spec, field) !== undefined || status?.managedAspects?.includes(field));
}

export async function observeAspects(scope: BucketScope, chosen: readonly Aspect[]): Promise<Observations> {
  const found = await Promise.all(chosen.map(async (aspect) => {
    try {
      return [aspect.field, await aspect.observe(scope)] as const;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return [aspect.field, { error }] as const;
    }
  }));
  return Object.fromEntries(found);
}

/** Target of an aspect's step. */
export function targetOf({ field }: Aspect): string {
  return `bucket/${field}`;
}

/** What must be done to the settings. Without an observation the bucket is new, or about to be. */
export function planAspects(
  object: Bucket,
  observed: Observations,
): Step<BucketScope, NonNullable<Bucket["status"]>>[] {
  return concerned(object).flatMap((aspect) => {
    const field = fieldOf(object.spec, aspect.field);
    const desired = field === undefined ? aspect.initial : aspect.desired(field);
    const before = observed[aspect.field];
    if (isSatisfied(aspect, desired, before)) return [];
    const unread = before !== undefined && before !== "unsupported" && "error" in before;
    const reason = field === undefined
      ? "no longer in the spec"
      : before === undefined
      ? "absent"
      : "differs from the spec";
    return [{
      action: "update",
      target: targetOf(aspect),
      reason,
      before: before !== undefined && before !== "unsupported" && "state" in before ? before.state : undefined,
      after: desired,
      independent: true,
      operation: aspect.operation(desired),
      // What cannot be read may well be as it should be.
      ...(unread ? {} : { drift: aspect.label }),
      event: { reason: "BucketUpdated", note: `${aspect.field} updated` },
      apply(scope) {
        if (unread) return Promise.reject(before.error);
        return aspect.apply(scope, desired, before === undefined);
      },
    }];
  });
}

/** The fields that are, or still have to be put back, ours; `managedAspects` of the status. */
export function managedFields(object: Bucket, observed: Observations): string[] {
  return concerned(object).filter((aspect) =>
    fieldOf(object.spec, aspect.field) !== undefined || !isSatisfied(aspect, aspect.initial, observed[aspect.field])
  ).map(({ field }) => field).sort();
}

function isSatisfied(aspect: Aspect, desired: unknown, observed: Observations[string] | undefined): boolean {
  if (observed === undefined) return aspect.knownAtBirth && aspect.satisfied(desired, { state: aspect.initial });
  if (observed !== "unsupported" && "error" in observed) return false;
  return aspect.satisfied(desired, observed);
}

function fieldOf(spec: Bucket["spec"], field: string): unknown {
  return (spec as Readonly<Record<string, unknown>>)[field];
}
