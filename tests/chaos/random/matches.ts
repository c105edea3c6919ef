import { samePolicy } from "../../../lib/aws/canonical_policy.ts";
import { parsePolicyDocument, toPolicyDocument } from "../../../lib/aws/policy.ts";
import { equal } from "../../../lib/equal.ts";
import { valueOf } from "../../scenarios/objects.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { type Scene, targetOf } from "./scene.ts";

/**
 * How the service differs from what a Ready object says. Settings that are not looked at here are still compared by the
 * operator's own check, which changes nothing at rest.
 */
export function mismatches(object: Loose, scene: Scene): string[] {
  return [...rules[object.kind]?.(object, scene) ?? []];
}

type Rule = (object: Loose, scene: Scene) => Iterable<string>;

const rules: Readonly<Record<string, Rule>> = {
  *Bucket({ spec }, { mode, buckets }) {
    const bucket = buckets.get(spec.name);
    if (bucket === undefined) return yield `bucket "${spec.name}" is not there`;
    const { versioning, tagging, lifecycle, cors, publicAccess, encryption } = spec;
    if (versioning && versioning.enabled !== (bucket.versioning === "Enabled")) {
      yield `versioning is ${bucket.versioning}`;
    }
    if (tagging && !equal(bucket.tags ?? {}, tagging.tags ?? {})) yield `tags are ${JSON.stringify(bucket.tags)}`;
    if (lifecycle && !equal(ids(bucket.lifecycle), ids(lifecycle.rules))) yield "the lifecycle has other rules";
    if (cors && (bucket.cors?.length ?? 0) !== (cors.rules?.length ?? 0)) yield "cors has other rules";
    if (mode === "wasabi") return;
    const wanted = publicAccess && Object.values<boolean>(publicAccess).toSorted();
    const live = Object.values(bucket.publicAccess ?? {}).toSorted();
    if (wanted && !equal(wanted, live)) yield `public access is ${JSON.stringify(bucket.publicAccess)}`;
    const algorithm = JSON.stringify(bucket.encryption ?? []);
    if (encryption?.enabled && !algorithm.includes(encryption.algorithm)) yield `encryption is ${algorithm}`;
  },
  *User({ spec }, scene) {
    const user = scene.users.get(spec.name);
    if (user === undefined) return yield `user "${spec.name}" is not there`;
    const inline = parsePolicyDocument(user.inline.get(`${spec.name}-policy`));
    if (spec.policy && !samePolicy(inline, toPolicyDocument(spec.policy))) yield "the inline policy is another one";
    const { name } = targetOf({ metadata: {}, spec }, "policyRef", "IAMPolicy", scene)?.metadata ?? spec.policyRef ??
      {};
    if (name && ![...user.attached].some((arn) => arn.endsWith(`/${name}`))) yield `policy "${name}" is not attached`;
    if (scene.mode === "wasabi") return;
    const lost = Object.entries(spec.tags ?? {}).filter(([key, value]) => user.tags.get(key) !== value);
    if (lost.length > 0) yield `tags are not there: ${JSON.stringify(lost)}`;
  },
  *IAMPolicy({ metadata, spec }, { policies }) {
    const policy = policies.get(metadata.name);
    const document = policy?.versions.find(({ id }) => id === policy.defaultVersion)?.document;
    if (!samePolicy(parsePolicyDocument(document), toPolicyDocument(spec.policy))) yield "the document is another one";
  },
  *BucketPolicy(object, scene) {
    const name = targetOf(object, "bucketRef", "Bucket", scene)?.spec.name;
    const live = parsePolicyDocument(scene.buckets.get(name)?.policy);
    if (!samePolicy(live, toPolicyDocument(object.spec.policy))) yield `the policy of bucket "${name}" is another one`;
  },
  *AccessKey(object, scene) {
    const { namespace, name } = object.metadata;
    const secret = scene.find("Secret", namespace, `${name}-credentials`);
    if (secret === undefined) return yield "its Secret is not there";
    const user = targetOf(object, "userRef", "User", scene)?.spec.name;
    const key = scene.users.get(user)?.keys.find(({ id }) => id === valueOf(secret, "access-key-id"));
    if (key?.status !== "Active" || key.secret !== valueOf(secret, "secret-access-key")) {
      yield `the pair in its Secret does not work at user "${user}"`;
    }
  },
};

/** Rules are a set by id. */
function ids(rules: readonly Loose[] | undefined): string[] {
  return (rules ?? []).map((rule) => String(rule.id ?? rule.ID)).toSorted();
}
