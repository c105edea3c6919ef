import type { KindName } from "../../handlers/kinds.ts";
import type { Loose } from "../scenarios/admin.ts";
import { object, secret } from "../scenarios/objects.ts";
import type { Stack } from "./stack.ts";

const namespace = "default";
const providerRef = { name: "wasabi" };

/** The Secret of the service's credentials. */
export function credentials({ aws }: Stack): Loose {
  return secret({ name: "wasabi-credentials", namespace }, {
    "access-key": aws.accessKeyId,
    "secret-key": aws.secretAccessKey,
  });
}

export function provider({ aws }: Stack): Loose {
  const reference = (key: string) => ({ name: "wasabi-credentials", key });
  return of("Provider", "wasabi", {
    type: "wasabi",
    endpoint: aws.url,
    iamEndpoint: aws.url,
    region: "us-east-1",
    auth: { accessKeySecretRef: reference("access-key"), secretKeySecretRef: reference("secret-key") },
  });
}

/** Five settings, each other than what a new bucket has. */
export const SETTINGS = {
  versioning: { enabled: true },
  publicAccess: {},
  lifecycle: { rules: [{ id: "old", prefix: "logs/", expiration: { days: 30 } }] },
  cors: { rules: [{ allowedOrigins: ["https://www.example.com"], allowedMethods: ["GET"] }] },
  tagging: { tags: { team: "storage" } },
};

export function plainBucket(name: string, settings: Loose = SETTINGS): Loose {
  return of("Bucket", name, { providerRef, name, autoManage: { enabled: false }, ...settings });
}

export function autoBucket(name: string): Loose {
  return of("Bucket", name, { providerRef, name });
}

export function user(name: string, spec: Loose = {}): Loose {
  return of("User", name, { providerRef, name, ...spec });
}

export function iamPolicy(name: string): Loose {
  const statement = [{ effect: "Allow", action: ["s3:GetObject"], resource: ["arn:aws:s3:::shared/*"] }];
  return of("IAMPolicy", name, { providerRef, policy: { version: "2012-10-17", statement } });
}

export function accessKey(name: string, userName: string): Loose {
  return of("AccessKey", name, { providerRef, userRef: { name: userName } });
}

export function bucketPolicy(name: string, bucket: string, principal: string): Loose {
  const resource = [`arn:aws:s3:::${bucket}/*`];
  const statement = [{ effect: "Allow", principal, action: ["s3:GetObject"], resource }];
  return of("BucketPolicy", name, { bucketRef: { name: bucket }, policy: { statement } });
}

function of(kind: KindName, name: string, spec: Loose): Loose {
  return object(kind, { name, namespace }, spec);
}
