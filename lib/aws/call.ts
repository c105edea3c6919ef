import type { ActiveSpan, Clock, Logger, Metrics, TraceSpan } from "../telemetry/api.ts";
import { Deadline } from "../deadline.ts";
import { untilAborted } from "../until_aborted.ts";
import { AwsError, type CallOptions, type SdkCommand } from "./api.ts";
import type { Budget } from "./budget.ts";
import type { CredentialsGuard } from "./credentials_guard.ts";
import { isAwsError, isNotFound, isNotImplemented } from "./errors.ts";
import { retryDelayMs, type RetryOptions } from "./retry.ts";
import { answerAttributes, callAttributes } from "./span_attributes.ts";
import { translate } from "./translate.ts";

/** What the calls of one Provider share. */
export interface CallDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly traceSpan: TraceSpan;
  /** False once this process may no longer change anything outside: it has lost its lease, or could have. */
  readonly mayMutate: () => boolean;
}

export interface CallContext extends CallDeps {
  readonly api: "s3" | "iam";
  readonly endpoint: string;
  readonly retry: RetryOptions;
  readonly budget: Budget;
  readonly guard: CredentialsGuard;
  /** Operations that the service has refused as not implemented. */
  readonly unsupported: Set<string>;
}

interface SdkClient {
  // deno-lint-ignore no-explicit-any
  send(command: any, options: { abortSignal: AbortSignal }): Promise<any>;
}

const TIMEOUT_MS = 30_000;
const READS = /^(Get|List|Head)/;

/** The API's own name of a command's operation; class names do not survive minification. */
export function operationOf(command: object): string {
  const schema = (command as { schema?: readonly unknown[] }).schema;
  return typeof schema?.[2] === "string" ? schema[2] : command.constructor.name.replace(/Command$/, "");
}

/**
 * Sends a command: guard, budget, fence, span, the attempts with their time-outs, metrics. Retries are ours, not the
 * SDK's.
 */
export async function call<Input extends object, Output extends object>(
  client: SdkClient,
  command: SdkCommand<Input, Output>,
  { signal, idempotent = true, priority = "normal", timeoutMs = TIMEOUT_MS }: CallOptions,
  context: CallContext,
): Promise<Output> {
  const operation = operationOf(command);
  const { clock, random, retry, guard } = context;
  for (let attempt = 1;; attempt++) {
    guard.check();
    // A call that may be made only once must not start late: the wait for the budget counts into its time.
    using deadline = new Deadline(signal);
    const timeout = () => new DOMException("No answer in time", "TimeoutError");
    if (!idempotent) deadline.arm(timeoutMs, timeout);
    await admitted(operation, { priority, signal, deadline }, context);
    if (idempotent) deadline.arm(timeoutMs, timeout);
    try {
      return await attemptOnce(client, command, { operation, signal, deadline }, context);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const again = idempotent && isAwsError(error, "transient", "throttled");
      const delay = again ? retryDelayMs(attempt, retry, random()) : undefined;
      if (delay === undefined) throw error;
      context.log.debug("Call is repeated", { operation, attempt, code: error.code });
      await clock.sleep(delay, signal);
      signal?.throwIfAborted();
    }
  }
}

/** Waits for the budget, then asks the fence and the guard: both may have changed meanwhile. */
async function admitted(
  operation: string,
  { priority, signal, deadline }: {
    readonly priority: "high" | "normal";
    readonly signal: AbortSignal | undefined;
    readonly deadline: Deadline;
  },
  { api, budget, guard, mayMutate }: CallContext,
): Promise<void> {
  const refuse = (code: string, text: string) =>
    new AwsError(api, operation, "transient", code, 0, `${operation}: ${text}`);
  try {
    await budget.acquire(priority, deadline.signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (deadline.signal.aborted) throw refuse("TimeoutError", "not sent, too many calls were waiting");
    throw error;
  }
  if (!READS.test(operation) && !mayMutate()) throw refuse("NotLeader", "this replica is not the leader any more");
  guard.enter();
}

interface Attempt {
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
  readonly deadline: Deadline;
}

/** One attempt in a span of its own, by OpenTelemetry's conventions for the AWS SDK and S3. */
function attemptOnce<Input extends object, Output extends object>(
  client: SdkClient,
  command: SdkCommand<Input, Output>,
  attempt: Attempt,
  context: CallContext,
): Promise<Output> {
  const { api, endpoint, traceSpan } = context;
  const { operation } = attempt;
  return traceSpan(
    `${api.toUpperCase()}.${operation}`,
    {
      kind: "client",
      expected: isNotFound,
      attributes: () => callAttributes({ api, endpoint, operation, input: command.input }),
    },
    (span) => attemptIn(span, () => client.send(command, { abortSignal: attempt.deadline.signal }), attempt, context),
  );
}

async function attemptIn<Output>(
  span: ActiveSpan,
  send: () => Promise<Output>,
  { operation, signal, deadline }: Attempt,
  context: CallContext,
): Promise<Output> {
  const { api, clock, metrics, budget, guard, unsupported, endpoint } = context;
  const started = clock.monotonic();
  try {
    // Reading a body that hangs is out of the SDK's hands, and fetch may forget the signal (docs/adr/0011).
    const output = await untilAborted(send(), deadline.signal);
    span.set(() => answerAttributes(output));
    guard.accepted();
    metrics.apiCall(api, operation, "success", (clock.monotonic() - started) / 1000);
    return output;
  } catch (cause) {
    span.set(() => answerAttributes(cause));
    if (signal?.aborted) {
      guard.unanswered();
      throw signal.reason;
    }
    const error = translate(api, operation, endpoint, cause);
    // An answer such as "no such tag set" is part of the normal flow, not an error of the API.
    const expected = error.errorClass === "notFound";
    metrics.apiCall(api, operation, expected ? "success" : "error", (clock.monotonic() - started) / 1000);
    if (error.errorClass === "throttled") {
      metrics.rateLimitHit(api);
      budget.throttled();
    }
    learn(error, { guard, unsupported });
    throw error;
  }
}

/** What a refusal says about the credentials and about what the service has. */
function learn(error: AwsError, { guard, unsupported }: Pick<CallContext, "guard" | "unsupported">): void {
  if (error.errorClass === "credentials") guard.refused(error);
  else if (isAwsError(error, "transient", "throttled")) guard.unanswered();
  else guard.accepted();
  if (isNotImplemented(error)) unsupported.add(error.operation);
}
