import fc from "fast-check";
import { type KindName, kinds } from "../../../handlers/kinds.ts";
import { childName } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { editsOf, type Frame, refusedEditsOf, valuesOf } from "./from_schema.ts";

/** The namespaces of a script; references lead from each into the other. */
export const NAMESPACES = ["chaos", "other"] as const;
/** Where a service answers. */
export const ENDPOINT = "https://s3.test";

/** Names at the service, of the script's own things and of those that a person has there from the beginning. */
export const NAMES = {
  Bucket: ["one-bucket", "two-bucket", "person-bucket", "taken-bucket", "a".repeat(63)],
  User: ["one-user", "two-user", "one-bucket", "person", "b".repeat(64), "no name"],
  IAMPolicy: ["p1", "p2", "person-policy"],
} as const;

/** Names of objects. Few, so that they meet; those of a Bucket's children may be somebody else's. */
const OBJECTS: Readonly<Record<KindName, readonly string[]>> = {
  Provider: ["wasabi", "shared"],
  Bucket: ["b1", "b2", "l".repeat(200)],
  User: ["u1", "u2", childName.user("b1")],
  IAMPolicy: [...NAMES.IAMPolicy, "m".repeat(128)],
  AccessKey: ["k1", "k2", childName.accessKey("b1")],
  BucketPolicy: ["bp1", "bp2", childName.policy("b1")],
};

const namespaces = fc.constantFrom(...NAMESPACES);

/** Mostly the earlier ones. */
function oneOf<T>(...values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(...values.map((value, index) => ({ weight: values.length - index, arbitrary: fc.constant(value) })));
}

function references(kind: KindName): Frame[string] {
  const name = oneOf(...OBJECTS[kind].slice(0, 3), "missing");
  return () => fc.record({ name, namespace: namespaces }, { requiredKeys: ["name"], noNullPrototype: true });
}

/** Its own text most of the time, as the services take few of the others. */
function mostly<T>(...usual: readonly T[]): Frame[string] {
  return (own) => fc.oneof({ weight: 9, arbitrary: fc.constantFrom<Loose>(...usual) }, { weight: 1, arbitrary: own });
}

/** Mostly without the fields that exclude each other. */
function sensibly(choose: (spec: Loose) => Loose): Frame[string] {
  return (own) => fc.tuple(own, fc.nat(9)).map(([spec, luck]) => luck === 5 ? spec : choose(spec));
}

const providerRef: Frame[string] = () =>
  oneOf(
    { name: "wasabi", namespace: "chaos" },
    { name: "wasabi", namespace: "chaos" },
    { name: "shared", namespace: "other" },
    { name: "shared", namespace: "other" },
    { name: "wasabi" },
    { name: "shared" },
    { name: "missing" },
  );
const allowedNamespaces: Frame[string] = () => fc.subarray(["chaos", "other", "*", "elsewhere"]);
const namespaceRules: Frame[string] = () =>
  oneOf(
    [{ namespaces: ["*"], bucketNames: ["*"], userNames: ["*"], policyNames: ["*"] }],
    [
      { namespaces: ["chaos"], bucketNames: ["*-bucket"], userNames: ["*"], policyNames: ["p*"] },
      { namespaces: ["oth*"], bucketNames: ["one-*", "{namespace}-*"], userNames: ["one-*", "two-user"] },
    ],
  );
const tags: Frame[string] = (own) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom("team", "Bucket"), fc.constantFrom("a", "one-bucket")) },
    { weight: 1, arbitrary: own },
  );

/** Policy documents that make sense most of the time. */
const policy: Frame = {
  "policy.version": mostly("2012-10-17", "2008-10-17"),
  "policy.statement": (own) => fc.tuple(own, fc.nat(9)).map(([list, luck]) => luck === 5 ? list : list.slice(0, 1)),
  "policy.statement[].sid": mostly("One", "Two"),
  "policy.statement[].action": mostly<Loose>("s3:GetObject", ["s3:PutObject", "s3:GetObject"], ["s3:DeleteObject"]),
  "policy.statement[].resource": mostly<Loose>("arn:aws:s3:::one-bucket/*", [
    "arn:aws:s3:::one-bucket/*",
    "arn:aws:s3:::two-bucket/*",
  ]),
  "policy.statement[].condition": () => fc.constant({ StringEquals: { "aws:username": "x" } }),
  "policy.statement[].principal": () =>
    oneOf<Loose>(
      { AWS: "arn:aws:iam::123456789012:user/person" },
      "arn:aws:iam::123456789012:user/person",
      "*",
      { AWS: ["arn:aws:iam::123456789012:user/nobody"] },
    ),
};

const credentials = (key: string): Frame[string] => () =>
  oneOf<Loose>({ name: "wasabi-credentials", key }, { name: "wasabi-credentials", key, namespace: "chaos" }, {
    name: "missing",
    key,
  });

const frames: Readonly<Record<KindName, Frame>> = {
  Provider: {
    endpoint: mostly(ENDPOINT),
    iamEndpoint: mostly(ENDPOINT),
    region: mostly("us-east-1"),
    iamRegion: mostly("us-east-1"),
    "auth.accessKeySecretRef": credentials("access-key"),
    "auth.secretKeySecretRef": credentials("secret-key"),
    auth: (own) => own.map(({ sessionTokenSecretRef: _, ...auth }) => auth),
    "tls.caCertSecretRef": () => fc.constant({ name: "missing", key: "ca.crt" }),
    // The sandbox has no host names of buckets.
    pathStyle: () => fc.constant(true),
    allowedNamespaces,
    namespaceRules,
  },
  Bucket: {
    "": sensibly(({ userRef, ...spec }) =>
      spec.autoManage?.userName ? spec : { ...spec, ...(userRef ? { userRef } : {}) }
    ),
    providerRef,
    deletionPolicy: () => oneOf("Delete", "Retain"),
    name: () => oneOf(...NAMES.Bucket),
    region: mostly("us-east-1"),
    userRef: references("User"),
    "autoManage.userName": () => oneOf(...NAMES.User),
    "encryption.kmsKeyId": mostly("key"),
    "lifecycle.rules[].id": mostly("a", "b"),
    "lifecycle.rules[].expiration": () => oneOf<Loose>({ days: 30 }, { date: "2030-01-01T00:00:00Z" }, {}),
    "lifecycle.rules[].transitions[].storageClass": mostly("GLACIER"),
    "cors.rules[].allowedOrigins": mostly(["https://a.example"], ["*"]),
    "cors.rules[].allowedMethods": (own) => own.filter((list) => list.length > 0),
    "tagging.tags": tags,
    allowedNamespaces,
  },
  BucketPolicy: { bucketRef: references("Bucket"), ...policy },
  User: {
    "": sensibly(({ policy, ...spec }) => spec.policyRef ? spec : { ...spec, ...(policy ? { policy } : {}) }),
    providerRef,
    name: () => oneOf(...NAMES.User),
    policyRef: references("IAMPolicy"),
    tags,
    allowedNamespaces,
    ...policy,
  },
  IAMPolicy: { providerRef, tags, allowedNamespaces, ...policy },
  AccessKey: { providerRef, userRef: references("User"), ...policy },
};

/** Which object a move is about. */
export interface Target {
  readonly kind: KindName;
  readonly namespace: string;
  readonly name: string;
}

/** Any object that a script may have. */
export function targets(): fc.Arbitrary<Target> {
  const weights = { Provider: 1, Bucket: 5, User: 5, IAMPolicy: 2, AccessKey: 4, BucketPolicy: 2 } as const;
  return fc.oneof(...(Object.keys(kinds) as KindName[]).map((kind) => ({
    weight: weights[kind],
    arbitrary: fc.record({
      kind: fc.constant(kind),
      namespace: oneOf(...NAMESPACES),
      name: oneOf(...OBJECTS[kind]),
    }, { noNullPrototype: true }),
  })));
}

interface Specs {
  /** Whole specs. */
  readonly whole: fc.Arbitrary<Loose>;
  /** Merge patches of one field. */
  readonly edits: fc.Arbitrary<Loose>;
  /** Merge patches of one field that the API server must refuse. */
  readonly refused: fc.Arbitrary<Loose>;
}

/** What can be in the spec of each kind. */
export const specs = Object.fromEntries(
  (Object.keys(kinds) as KindName[]).map((kind): [KindName, Specs] => {
    const { spec } = kinds[kind];
    const frame = frames[kind];
    return [kind, { whole: valuesOf(spec, frame), edits: editsOf(spec, frame), refused: refusedEditsOf(spec) }];
  }),
) as Readonly<Record<KindName, Specs>>;
