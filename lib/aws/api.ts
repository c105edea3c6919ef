import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import type { BudgetUse } from "./budget.ts";

/** What an error of the service means for the caller; the codes of each class are in `errors.ts`. */
export type ErrorClass =
  | "transient"
  | "throttled"
  | "credentials"
  | "denied"
  | "terminal"
  | "notFound"
  | "exists"
  | "conflict";

/** A call that failed. The message is fit for a condition: no request id, no time, no secret, no query string. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  /**
   * @param operation the API's own name for it, such as `PutBucketTagging`
   * @param code the service's error code, such as `NoSuchBucket`; `NetworkError` or `TimeoutError` without an answer
   * @param status HTTP status; 0 without an answer
   */
  constructor(
    readonly api: "s3" | "iam",
    readonly operation: string,
    readonly errorClass: ErrorClass,
    readonly code: string,
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** May be repeated when its outcome is unknown; default true. CreateAccessKey says false: one request, at most. */
  readonly idempotent?: boolean;
  /** Deletes and rotations go first through a busy budget. Default `normal`. */
  readonly priority?: "high" | "normal";
  /** Bound on one attempt, milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
}

/** Sends commands of one SDK client through budget, retries, metrics and error classes. */
export interface Caller<Client extends { send: unknown }> {
  /** Throws `AwsError`, or the signal's reason when aborted. */
  readonly send: SendOf<Client>;
}

/** The `send(command)` overload of an SDK client, with our options. */
export type SendOf<Client> = Client extends S3Client
  ? Send<import("@aws-sdk/client-s3").ServiceInputTypes, import("@aws-sdk/client-s3").ServiceOutputTypes>
  : Client extends IAMClient
    ? Send<import("@aws-sdk/client-iam").ServiceInputTypes, import("@aws-sdk/client-iam").ServiceOutputTypes>
  : never;

type Send<Inputs extends object, Outputs extends object> = <Input extends Inputs, Output extends Outputs>(
  command: SdkCommand<Input, Output>,
  options?: CallOptions,
) => Promise<Output>;

/** The structural part of an SDK command that `send` needs. */
export interface SdkCommand<Input extends object, Output extends object> {
  readonly input: Input;
  // deno-lint-ignore no-explicit-any
  resolveMiddleware(stack: any, configuration: any, options: any): (input: any) => Promise<{ output: Output }>;
}

/** Everything that decides what a Provider's clients are; a change of any of it makes new clients. */
export interface ConnectionSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly iamEndpoint?: string;
  readonly iamRegion: string;
  readonly tls: { readonly insecureSkipVerify: boolean; readonly caCert?: string };
  readonly retry: { readonly maxAttempts: number; readonly backoffStrategy: "exponential" | "linear" };
  readonly credentials: Credentials;
}

/** Never logged: the logger redacts this type by its `secretAccessKey` and `sessionToken` fields. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The S3 and IAM side of one Provider with one version of its credentials. */
export interface Connection {
  readonly settings: ConnectionSettings;
  readonly s3: Caller<S3Client>;
  /** Absent when the Provider has no iamEndpoint. */
  readonly iam?: Caller<IAMClient>;
  /** How far IAM's clock is ahead of ours by its latest answer, milliseconds; 0 before that. */
  iamAheadMs(): number;
  /**
   * True for an operation that this service has refused as not implemented; learnt once per Provider, so that it is
   * reported and not tried again.
   */
  unsupported(operation: string): boolean;
  budget(): BudgetUse;
  close(): void;
}
