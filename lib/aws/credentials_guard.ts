import type { Clock } from "../telemetry/api.ts";
import { AwsError } from "./api.ts";

/** How long refused credentials rest: repeated tries lock the whole account (docs/wasabi.md). */
const REST_MS = 5 * 60_000;

/**
 * Lets credentials that the service refused rest, until they change (which makes a new connection) or five minutes
 * pass. Then one call tries them, and the others wait for what comes of it.
 */
export class CredentialsGuard {
  readonly #clock: Pick<Clock, "monotonic">;
  #refusal: { readonly error: AwsError; readonly at: number } | undefined;
  #isTrying = false;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Throws the service's own refusal again while it is fresh, or while another call tries. */
  check(): void {
    if (!this.#refusal) return;
    if (this.#isTrying || this.#clock.monotonic() - this.#refusal.at < REST_MS) throw this.#refusal.error;
  }

  /** Like `check`, for a call that is sent right now: it must tell how it ended. */
  enter(): void {
    this.check();
    this.#isTrying = this.#refusal !== undefined;
  }

  refused(error: AwsError): void {
    this.#isTrying = false;
    this.#refusal = { error, at: this.#clock.monotonic() };
  }

  /** The service took the credentials, whatever else it said. */
  accepted(): void {
    this.#isTrying = false;
    this.#refusal = undefined;
  }

  /** No word on the credentials: the next call may try. */
  unanswered(): void {
    this.#isTrying = false;
  }
}
