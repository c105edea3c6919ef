import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";

/** What a target may not have, or may do in its own way. */
export type Trait =
  | "attachment count"
  | "authorization"
  | "aws error names"
  | "blocked public policies"
  | "bucket encryption"
  | "bucket name rules"
  | "checked rules"
  | "delete conflicts of keys"
  | "delete conflicts of policies"
  | "empty tags"
  | "iam tags"
  | "key last use"
  | "new bucket defaults"
  | "pages of users"
  | "policy principals"
  | "policy resources"
  | "policy size"
  | "principals in user policies"
  | "public access block"
  | "regions"
  | "signatures"
  | "system tags"
  | "transitions"
  | "user name case"
  | "version limit";

/** A server that the contract runs against. */
export interface Target {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What it lacks, each with the reason. */
  readonly lacks: Readonly<Partial<Record<Trait, string>>>;
  close(): Promise<void>;
}

export interface Clients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  /** S3 in another region, or with another key. */
  s3As(options: { region?: string; credentials?: Target["credentials"] }): S3Client;
  iamAs(credentials: Target["credentials"]): IAMClient;
  close(): void;
}

/** One fact about the service. Cases share a server: each uses names of its own. */
export interface ContractCase {
  readonly fact: string;
  /** Left out where the target lacks it. */
  readonly about?: Trait;
  run(clients: Clients, target: Target): Promise<void>;
}

export function clientsOf({ endpoint, credentials }: Target): Clients {
  const made: { destroy(): void }[] = [];
  const base = { endpoint, region: "us-east-1", maxAttempts: 1 } as const;
  const s3As: Clients["s3As"] = (options) => {
    const client = new S3Client({
      ...base,
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      ...options,
    });
    made.push(client);
    return client;
  };
  const iamAs: Clients["iamAs"] = (identity) => {
    const client = new IAMClient({ ...base, credentials: identity });
    made.push(client);
    return client;
  };
  return {
    s3: s3As({}),
    iam: iamAs(credentials),
    s3As,
    iamAs,
    close: () => made.forEach((client) => client.destroy()),
  };
}

/** How a call was refused, as the SDK shows it. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
}

/** Asserts that the call fails with the code and the status. */
export async function refused(call: Promise<unknown>, code: string, status: number): Promise<void> {
  assert.deepEqual(await refusal(call), { code, status });
}

/** Throws where the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata === undefined) throw error;
    return { code: name, status: $metadata.httpStatusCode ?? 0 };
  }
  return assert.fail("The call succeeded");
}
