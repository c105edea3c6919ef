import type { Service } from "./service.ts";
import type { Seed } from "./seed.ts";
import type { Bucket, PublicAccess, User } from "./state.ts";
import type { XmlObject } from "./xml.ts";

/** What a provider held, as `fixtures/provider-0.2.x.json` has it (the AWS SDKs' names, not the XML's). */
export interface Recording {
  readonly users: Readonly<Record<string, RecordedUser>>;
  readonly policies: readonly RecordedPolicy[];
  readonly buckets: Readonly<Record<string, RecordedBucket>>;
}

interface RecordedTag {
  readonly Key: string;
  readonly Value: string;
}

interface RecordedUser {
  readonly arn: string;
  readonly userId: string;
  readonly tags: readonly RecordedTag[];
  /** `secret` is not in a recording of a real service; without it one is made up. */
  readonly accessKeys: readonly { id: string; status: string; created: string; secret?: string }[];
  readonly inline: Readonly<Record<string, unknown>>;
  readonly attached: readonly string[];
}

interface RecordedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly default: string;
  readonly description: string | null;
  readonly document: unknown;
}

interface RecordedBucket {
  readonly versioning: string | null;
  readonly encryption: readonly XmlObject[] | null;
  readonly tags: readonly RecordedTag[] | null;
  readonly lifecycle: readonly XmlObject[] | null;
  readonly cors: readonly XmlObject[] | null;
  readonly policy: string | null;
  readonly publicAccess: PublicAccess | null;
}

/**
 * Lays the recording out at the service, under the recorded ARNs and ids.
 *
 * @param secrets secret access keys by access key id, where the test knows them
 */
export function loadRecording(
  service: Service,
  seed: Seed,
  recording: Recording,
  secrets: Readonly<Record<string, string>> = {},
): void {
  for (const policy of recording.policies) loadPolicy(service, seed, policy);
  for (const [name, user] of Object.entries(recording.users)) loadUser(service, name, user, secrets);
  for (const [name, bucket] of Object.entries(recording.buckets)) seed.bucket(name, bucketSettings(bucket));
}

function loadPolicy({ state }: Service, seed: Seed, { name, arn, document, description, ...recorded }: RecordedPolicy) {
  const policy = seed.policy(name, document);
  state.policies.delete(policy.arn);
  const versions = policy.versions.map((version) => ({ ...version, id: recorded.default }));
  const nextVersion = Number(recorded.default.slice(1)) + 1;
  const found = { arn, versions, nextVersion, defaultVersion: recorded.default, description: description ?? undefined };
  state.policies.set(arn, { ...policy, ...found });
}

function loadUser(
  { state, ids, now }: Service,
  name: string,
  recorded: RecordedUser,
  secrets: Readonly<Record<string, string>>,
): void {
  const user: User = {
    name,
    path: "/",
    id: recorded.userId,
    arn: recorded.arn,
    created: Math.min(now(), ...recorded.accessKeys.map(({ created }) => Date.parse(created))),
    tags: new Map(recorded.tags.map(({ Key, Value }) => [Key, Value])),
    inline: new Map(Object.entries(recorded.inline).map(([policy, document]) => [policy, JSON.stringify(document)])),
    attached: new Set(recorded.attached),
    keys: recorded.accessKeys.map(({ id, status, created, secret }) => ({
      id,
      secret: secrets[id] ?? secret ?? ids.secretAccessKey(),
      status: status === "Inactive" ? "Inactive" : "Active",
      created: Date.parse(created),
    })),
    loginProfile: false,
  };
  state.users.set(name, user);
}

/** What the recording says is unset is unset, also where new buckets have a default. */
function bucketSettings(recorded: RecordedBucket): Partial<Bucket> {
  return {
    versioning: recorded.versioning === "Enabled" || recorded.versioning === "Suspended"
      ? recorded.versioning
      : undefined,
    encryption: recorded.encryption?.map((rule) => ({ ...rule })),
    tags: recorded.tags === null ? undefined : Object.fromEntries(recorded.tags.map(({ Key, Value }) => [Key, Value])),
    lifecycle: recorded.lifecycle?.map((rule) => inXmlNames(rule, { Transitions: "Transition" })),
    cors: recorded.cors?.map((rule) =>
      inXmlNames(rule, {
        AllowedHeaders: "AllowedHeader",
        AllowedMethods: "AllowedMethod",
        AllowedOrigins: "AllowedOrigin",
        ExposeHeaders: "ExposeHeader",
      })
    ),
    policy: recorded.policy ?? undefined,
    publicAccess: recorded.publicAccess ?? undefined,
  };
}

function inXmlNames(rule: XmlObject, names: Readonly<Record<string, string>>): XmlObject {
  return Object.fromEntries(Object.entries(rule).map(([name, value]) => [names[name] ?? name, value]));
}
