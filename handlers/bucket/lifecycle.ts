import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  type TransitionStorageClass,
} from "@aws-sdk/client-s3";
import { hasCode, orEmpty } from "../../lib/aws/errors.ts";
import { StalledError } from "../../lib/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

interface Rule {
  readonly id: string;
  readonly status: string;
  readonly prefix: string;
  readonly days?: number;
  /** RFC 3339, as the service answers it. */
  readonly date?: string;
  readonly transitions: readonly { readonly days: number; readonly storageClass: string }[];
  /** True for a live rule that holds more than the spec can say, so that it never equals a wanted one. */
  readonly more?: true;
}

/** Lifecycle rules as a set by id: services reorder them. */
export const lifecycle = aspect<NonNullable<Bucket["spec"]["lifecycle"]>, readonly Rule[]>({
  field: "lifecycle",
  label: "lifecycle",
  operations: {
    observe: "GetBucketLifecycleConfiguration",
    apply: "PutBucketLifecycleConfiguration",
    remove: "DeleteBucketLifecycle",
  },
  initial: [],
  knownAtBirth: true,
  desired: ({ rules = [] }) =>
    byId(rules.map(({ id, status, prefix, expiration, transitions }) => ({
      id,
      status,
      prefix: prefix ?? "",
      ...(expiration?.days === undefined ? {} : { days: expiration.days }),
      ...(expiration?.date === undefined ? {} : { date: instant(expiration.date) }),
      transitions: byDays(transitions ?? []),
    }))),
  impliedWithoutFeature: (rules) => rules.length === 0,
  isRemoval: (rules) => rules.length === 0,
  async observe({ s3, bucket: Bucket, signal }) {
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), { signal })
      .catch(orEmpty({ Rules: [] }, "NoSuchLifecycleConfiguration"));
    return byId((Rules ?? []).map(fromService));
  },
  async apply({ s3, bucket: Bucket, signal }, rules) {
    if (rules.length === 0) {
      await s3.send(new DeleteBucketLifecycleCommand({ Bucket }), { signal });
      return;
    }
    const LifecycleConfiguration = { Rules: rules.map(toService) };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }), { signal })
      .catch(explainTransitions(rules));
  },
});

const REFUSALS = ["InvalidArgument", "InvalidRequest", "InvalidStorageClass", "MalformedXML"];

/**
 * Services with one storage class refuse transitions in words of their own (docs/wasabi.md); trying again changes
 * nothing.
 */
function explainTransitions(rules: readonly Rule[]): (error: unknown) => never {
  return (error) => {
    if (!hasCode(error, ...REFUSALS) || rules.every(({ transitions }) => transitions.length === 0)) throw error;
    const message = `spec.lifecycle: the service refuses these rules, which have transitions: ${error.message}`;
    throw new StalledError("Unsupported", message, { cause: error });
  };
}

function fromService(rule: LifecycleRule): Rule {
  const { Filter, Expiration, Transitions = [] } = rule;
  const more = rule.NoncurrentVersionExpiration ?? rule.NoncurrentVersionTransitions?.[0] ??
    rule.AbortIncompleteMultipartUpload ??
    Filter?.And ?? Filter?.Tag ?? Filter?.ObjectSizeGreaterThan ?? Filter?.ObjectSizeLessThan ??
    (Expiration?.ExpiredObjectDeleteMarker || undefined);
  return {
    id: rule.ID ?? "",
    status: rule.Status ?? "Enabled",
    prefix: Filter?.Prefix ?? rule.Prefix ?? "",
    ...(Expiration?.Days === undefined ? {} : { days: Expiration.Days }),
    ...(Expiration?.Date === undefined ? {} : { date: Expiration.Date.toISOString() }),
    transitions: byDays(
      Transitions.map(({ Days, StorageClass }) => ({ days: Days ?? 0, storageClass: StorageClass ?? "" })),
    ),
    ...(more === undefined ? {} : { more: true }),
  };
}

function toService(rule: Rule): LifecycleRule {
  const expiration = rule.days !== undefined
    ? { Days: rule.days }
    : rule.date !== undefined
    ? { Date: new Date(rule.date) }
    : undefined;
  return {
    ID: rule.id,
    Status: rule.status as "Enabled" | "Disabled",
    Filter: { Prefix: rule.prefix },
    ...(expiration ? { Expiration: expiration } : {}),
    ...(rule.transitions.length > 0
      ? {
        Transitions: rule.transitions.map(({ days, storageClass }) => ({
          Days: days,
          StorageClass: storageClass as TransitionStorageClass,
        })),
      }
      : {}),
  };
}

/** The instant that a date means; one that is none is passed on, for the service to refuse. */
function instant(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString();
}

function byId(rules: Rule[]): readonly Rule[] {
  return rules.toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function byDays<T extends { readonly days: number; readonly storageClass: string }>(
  transitions: readonly T[],
): readonly { days: number; storageClass: string }[] {
  return transitions.map(({ days, storageClass }) => ({ days, storageClass })).toSorted((a, b) => a.days - b.days);
}
