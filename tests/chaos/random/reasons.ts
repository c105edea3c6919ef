import { FINALIZER } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { condition } from "../../scenarios/stage.ts";
import { lacksName } from "./allowed_names.ts";
import { ENDPOINT } from "./frames.ts";
import { outsideName } from "./person.ts";
import { type Scene, targetOf, userNameOf } from "./scene.ts";

type Truth = (object: Loose, scene: Scene) => boolean;

/** For every reason of the contract for which an object is not Ready: whether that is how things are. */
const truths: Readonly<Record<string, Truth>> = {
  ProviderNotReady: (object, scene) => {
    const provider = providerOf(object, scene);
    return !isReady(provider) || provider.spec.iamEndpoint === undefined;
  },
  UserNotReady: (object, scene) =>
    object.kind === "Bucket"
      ? !isReady(childOr(object, scene, "User", "user")) || !isReady(childOr(object, scene, "AccessKey", "accesskey"))
      : !isReady(targetOf(object, "userRef", "User", scene)) || !scene.users.has(userNameOf(object, scene) ?? "") ||
        providerOf(object, scene)?.status?.accountId !==
          providerOf(targetOf(object, "userRef", "User", scene), scene)?.status?.accountId,
  BucketNotReady: (object, scene) => {
    const bucket = targetOf(object, "bucketRef", "Bucket", scene);
    return bucket?.status?.exists !== true || bucket.metadata.deletionTimestamp !== undefined;
  },
  PolicyNotReady: (object, scene) =>
    object.kind === "Bucket"
      ? !isReady(scene.find("BucketPolicy", object.metadata.namespace, `${object.metadata.name}-policy`))
      : targetOf(object, "policyRef", "IAMPolicy", scene)?.status?.applied !== true,
  ReferenceNotGranted: (object, scene) => {
    const bucket = object.kind === "BucketPolicy" ? targetOf(object, "bucketRef", "Bucket", scene) : undefined;
    return [object, ...(bucket ? [bucket] : [])].some((each) => lacksGrant(each, scene));
  },
  NameNotAllowed: (object, scene) => {
    const bucket = object.kind === "BucketPolicy" ? targetOf(object, "bucketRef", "Bucket", scene) : undefined;
    return lacksName(bucket ?? object, scene);
  },
  AlreadyExists: (object, { buckets, users, policies, foreignBuckets }) => {
    const name = outsideName(object) ?? "";
    return object.kind === "Bucket"
      ? buckets.has(name) || foreignBuckets.has(name)
      : users.has(name) || policies.has(name);
  },
  PolicyExists: (object, scene) =>
    scene.buckets.get(targetOf(object, "bucketRef", "Bucket", scene)?.spec.name)?.policy !== undefined,
  Conflict: (object, scene) => {
    const message = condition(object.status, "Ready").message as string;
    const names = scene.objects.map(({ metadata: { name } }) => name as string);
    return object.kind === "AccessKey"
      ? scene.find("Secret", object.metadata.namespace, /Secret "(.+?)"/.exec(message)?.[1] ?? "") !== undefined
      : names.some((name) => message.includes(name));
  },
  PublicAccessConflict: ({ spec }, { buckets }) => buckets.get(spec.name)?.policy !== undefined,
  Unsupported: (_, scene) => scene.mode === "wasabi" || isRefused(scene),
  CredentialsInvalid: (object, scene) =>
    object.kind === "Provider" && (hasLostSecret(object, scene) || isRefused(scene)),
  // A Provider is Ready where S3 answers, so what needs IAM may be the first to miss it.
  EndpointUnreachable: (object, scene) => {
    const { spec } = object.kind === "Provider" ? object : providerOf(object, scene) ?? {};
    return spec !== undefined && ([spec.endpoint, spec.iamEndpoint ?? ENDPOINT].some((each) => each !== ENDPOINT) ||
      [spec.region, spec.iamRegion ?? "a"].some((each) => !/^[\w-]{1,63}$/.test(each)));
  },
  AccessDenied: (_, scene) => isRefused(scene),
  CreationFailed: (object, scene) => isRefused(scene) || isElsewhere(object, scene),
  UpdateFailed: (_, scene) => isRefused(scene),
  PolicyInvalid: ({ spec }, scene) => isRefused(scene) || isMalformed(spec.policy),
  ApplyFailed: (_, scene) => isRefused(scene),
  AttachFailed: (_, scene) => isRefused(scene),
  NoFreeKeySlot: hasFullUser,
  KeyOwnershipUnclear: hasFullUser,
  Paused: ({ metadata }) => metadata.annotations?.["s3.cloud37.dev/paused"] === "true",
};

/** The same for those that are on their way out. */
const deletionTruths: Readonly<Record<string, Truth>> = {
  Paused: truths["Paused"]!,
  BucketNotEmpty: ({ spec }, { buckets }) => (buckets.get(spec.name)?.objects.size ?? 0) > 0,
  InUse: (object, { objects }) =>
    objects.some(({ kind, metadata }) =>
      kind !== "Secret" && metadata.uid !== object.metadata.uid && metadata.finalizers?.includes(FINALIZER)
    ),
  // Whatever holds it up is dealt with in the end; until then it has to name something.
  DeletionBlocked: () => true,
};

/** What is wrong with what an object says while it is not Ready: nothing where it is a reason, named and true. */
export function untruth(object: Loose, scene: Scene): string | undefined {
  const { reason = "nothing", message = "" } = condition(object.status, "Ready") ?? {};
  const truth = (object.metadata.deletionTimestamp ? deletionTruths : truths)[reason];
  if (truth === undefined) return `it says ${reason}, which it has no reason to: ${message}`;
  if (reason !== "Paused" && !/["/…]|spec\.|[A-Z]\w+ \S+/.test(message)) return `${reason} names nothing: ${message}`;
  if (/undefined|\[object|NaN/.test(message)) return `it says nothing to people: ${message}`;
  return truth(object, scene) ? undefined : `${reason} is not how it is: ${message}`;
}

export function isReady(object: Loose | undefined): boolean {
  return condition(object?.status, "Ready")?.status === "True" && object.metadata.deletionTimestamp === undefined;
}

function providerOf(object: Loose | undefined, scene: Scene): Loose | undefined {
  if (object?.kind === "BucketPolicy") return providerOf(targetOf(object, "bucketRef", "Bucket", scene), scene);
  return object && targetOf(object, "providerRef", "Provider", scene);
}

function childOr(object: Loose, scene: Scene, kind: string, suffix: string): Loose | undefined {
  const { namespace, name } = object.metadata;
  if (kind === "User" && object.spec.userRef) return targetOf(object, "userRef", "User", scene);
  return scene.find(kind, namespace, `${name}-${suffix}`);
}

const REFERENCES = { providerRef: "Provider", userRef: "User", policyRef: "IAMPolicy", bucketRef: "Bucket" } as const;

function lacksGrant(object: Loose, scene: Scene): boolean {
  const { namespace } = object.metadata;
  if (object.kind === "Provider") return secretRefs(object).some((each) => (each.namespace || namespace) !== namespace);
  return Object.entries(REFERENCES).some(([field, kind]) => {
    const target = targetOf(object, field, kind, scene);
    if (target === undefined || target.metadata.namespace === namespace) return false;
    const { allowedNamespaces = [] } = target.spec;
    return !allowedNamespaces.includes(namespace) && !allowedNamespaces.includes("*");
  });
}

function hasLostSecret(provider: Loose, scene: Scene): boolean {
  return secretRefs(provider).some(({ name, key, namespace = provider.metadata.namespace }) =>
    !scene.find("Secret", namespace, name)?.data?.[key]
  );
}

function secretRefs({ spec: { auth, tls } }: Loose): Loose[] {
  return [...Object.values(auth), ...(tls?.caCertSecretRef ? [tls.caCertSecretRef] : [])];
}

/** The service has refused something in the last window, of what was written or of the credentials. */
function isRefused({ sent }: Scene): boolean {
  return sent.some(({ name, status = 0 }) => /^(s3|iam):/.test(name) && status >= 300 && status !== 404);
}

/** A bucket is made in the region of its Provider alone. */
function isElsewhere(object: Loose, scene: Scene): boolean {
  const { region } = object.spec;
  return object.kind === "Bucket" && region !== undefined && region !== providerOf(object, scene)?.spec.region;
}

function isMalformed(policy: Loose): boolean {
  return !policy || policy.statement.length === 0 ||
    policy.statement.some(({ action, resource }: Loose) =>
      [action, resource].some((each) => typeof each !== "string" && !Array.isArray(each))
    );
}

function hasFullUser(object: Loose, scene: Scene): boolean {
  return (scene.users.get(userNameOf(object, scene) ?? "")?.keys.length ?? 0) >= 2;
}
