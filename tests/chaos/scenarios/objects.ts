import type { Loose } from "../../scenarios/admin.ts";
import { ours } from "../world.ts";

const providerRef = { name: "wasabi" };

const statement = (action: string, more: Loose = {}) => ({
  version: "2012-10-17",
  statement: [{ sid: "One", effect: "Allow", action: [action], resource: ["arn:aws:s3:::plain-bucket/*"], ...more }],
});

/** Every setting of a bucket, with two values each. */
export const settings: Readonly<Record<string, readonly [Loose, Loose]>> = {
  versioning: [{ enabled: true }, { enabled: false }],
  encryption: [{ enabled: true }, { enabled: true, algorithm: "aws:kms", kmsKeyId: "some-key" }],
  publicAccess: [{}, { blockPublicAcls: false }],
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
