import { ListBucketsCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import type { CallOptions } from "../../../lib/aws/api.ts";
import { Budget } from "../../../lib/aws/budget.ts";
import { call, type CallContext } from "../../../lib/aws/call.ts";
import { CredentialsGuard } from "../../../lib/aws/credentials_guard.ts";
import { depsFor } from "./connected.ts";
import type { CountingMetrics } from "./counting_metrics.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** What one attempt comes to. */
export type Outcome = object | Error | "hang";

/** `call` over a client that does as it is told, on a virtual clock. */
export class FakeCall {
  readonly clock = new VirtualClock();
  readonly metrics: CountingMetrics;
  readonly context: CallContext;
  /** Outcomes of the attempts; the last one stays. */
  outcomes: Outcome[] = [{}];
  attempts = 0;

  constructor(changes: Partial<CallContext> = {}) {
    const deps = depsFor({ clock: this.clock });
    this.metrics = deps.metrics;
    this.context = {
      ...deps,
      api: "s3",
      endpoint: "https://s3.example",
      retry: { maxAttempts: 3, backoffStrategy: "exponential" },
      budget: new Budget(this.clock),
      guard: new CredentialsGuard(this.clock),
      unsupported: new Set(),
      ...changes,
    };
  }

  read(options: CallOptions = {}): Promise<object> {
    return call(this.#client(), new ListBucketsCommand({}), options, this.context);
  }

  write(options: CallOptions = {}): Promise<object> {
    const Tagging = { TagSet: [] };
    return call(this.#client(), new PutBucketTaggingCommand({ Bucket: "app", Tagging }), options, this.context);
  }

  #client() {
    return {
      send: () => {
        const outcome = this.outcomes[Math.min(this.attempts++, this.outcomes.length - 1)]!;
        if (outcome === "hang") return new Promise<never>(() => {});
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
    };
  }
}

/** An error as the SDK has it. */
export function sdkError(code: string, status: number): Error {
  const error = new Error("Said by the service");
  return Object.assign(error, { name: code, Code: code, $metadata: { httpStatusCode: status } });
}
