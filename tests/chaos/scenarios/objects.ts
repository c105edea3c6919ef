import type { Loose } from "../../scenarios/admin.ts";
import { secret } from "../../scenarios/objects.ts";
import type { Place } from "../place.ts";
import { NAMESPACE, ours } from "../world.ts";

const providerRef = { name: "wasabi" };

/** The authority of a service that nobody uses. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUfKbnvxSdKZK6GJwTAAgMTIKq05gwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyNTAzMDA0N1oYDzIxMjYxMTAxMDMw
MDQ3WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASNQuqgRb+SVUwLJ0GhVwm9GTRWXXFk3bIVK5eKsR/vgGtfNEhEKPcrW+B2eJew
30EEiKZ6fZ+CYth9ubso10JNo1MwUTAdBgNVHQ4EFgQU8b6T8K4rubjLSe0rElB6
tlaPy2EwHwYDVR0jBBgwFoAU8b6T8K4rubjLSe0rElB6tlaPy2EwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiATE1tpojFvWCPin9I1B483clBASdOi
vlnKv2aMfFZEiQIhALQzhfhMZNSbmgQZOn7yag8LXoAF7iohaI36NGXFsI+p
-----END CERTIFICATE-----`;

/** Names the Provider, to be changed. */
export const provider: Loose = ours("Provider", "wasabi", {});

/** The account's credentials once more, under other keys, with all else that a Provider can refer to. */
export function otherCredentials({ aws: { credentials } }: Place): Loose {
  return secret({ name: "other", namespace: NAMESPACE }, {
    id: credentials.accessKeyId,
    secret: credentials.secretAccessKey,
    token: "session",
    ca: CERTIFICATE,
  });
}

const statement = (action: string, more: Loose = {}) => ({
  version: "2012-10-17",
  statement: [{ sid: "One", effect: "Allow", action: [action], resource: ["arn:aws:s3:::plain-bucket/*"], ...more }],
});

/** Every setting of a bucket, with two values each. */
export const settings: Readonly<Record<string, readonly [Loose, Loose]>> = {
  versioning: [{ enabled: true }, { enabled: false, mfaDelete: true }],
  encryption: [{ enabled: true }, { enabled: true, algorithm: "aws:kms", kmsKeyId: "some-key" }],
  publicAccess: [{}, {
    blockPublicAcls: false,
    blockPublicPolicy: false,
    ignorePublicAcls: false,
    restrictPublicBuckets: false,
  }],
  lifecycle: [{ rules: [{ id: "a", prefix: "logs/", expiration: { days: 30 } }] }, {
    rules: [{ id: "b", status: "Disabled", prefix: "old/", expiration: { days: 3 } }],
  }],
  cors: [{ rules: [{ allowedOrigins: ["https://a.example"], allowedMethods: ["GET"] }] }, {
    rules: [{ allowedOrigins: ["*"], allowedMethods: ["GET", "PUT"], maxAgeSeconds: 60 }],
  }],
  tagging: [{ tags: { a: "1", b: "2" } }, { tags: { a: "1", c: "3" } }],
};

export const allSettings = Object.fromEntries(Object.entries(settings).map(([name, [first]]) => [name, first]));

export function plainBucket(spec: Loose = {}): Loose {
  return ours("Bucket", "plain", {
    providerRef,
    name: "plain-bucket",
    deletionPolicy: "Delete",
    autoManage: { enabled: false },
    ...spec,
  });
}

export function autoBucket(spec: Loose = {}): Loose {
  return ours("Bucket", "auto", { providerRef, name: "auto-bucket", deletionPolicy: "Delete", ...spec });
}

export const retainedBucket: Loose = ours("Bucket", "retained", {
  providerRef,
  name: "retained-bucket",
  autoManage: { enabled: false },
});

export function user(spec: Loose = {}): Loose {
  return ours("User", "app", { providerRef, name: "app-user", ...spec });
}

export const inlinePolicy = statement("s3:GetObject");
export const otherInlinePolicy = statement("s3:PutObject");

/** Another one, for what moves from one user to another. */
export const secondUser: Loose = ours("User", "second", { providerRef, name: "second-user" });

/** The policy of another language version. */
export const olderPolicy: Loose = { ...inlinePolicy, version: "2008-10-17" };

export function iamPolicy(action = "s3:GetObject"): Loose {
  return ours("IAMPolicy", "managed", { providerRef, policy: statement(action), tags: { team: action } });
}

export function bucketPolicy(action = "s3:GetObject", bucket = "plain"): Loose {
  return ours("BucketPolicy", "policy", {
    bucketRef: { name: bucket },
    policy: statement(action, {
      principal: { AWS: "arn:aws:iam::123456789012:user/person" },
      resource: [`arn:aws:s3:::${bucket}-bucket/*`],
    }),
  });
}

export function accessKey(spec: Loose = {}): Loose {
  return ours("AccessKey", "key", { providerRef, userRef: { name: "app" }, ...spec });
}
