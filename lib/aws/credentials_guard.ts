import type { Clock } from "../telemetry/api.ts";
import { AwsError } from "./api.ts";

/** How long refused credentials rest: repeated tries lock the whole account (wasabi.md, `AuthenticationLockout`). */
const REST_MS = 5 * 60_000;

/** Lets credentials that the service refused rest, until they change (which makes a new connection) or five minutes pass. */
export class CredentialsGuard {
  readonly #clock: Pick<Clock, "monotonic">;
  #refusal: { readonly error: AwsError; readonly at: number } | undefined;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Throws the service's own refusal again while it is fresh. */
  check(): void {
    if (this.#refusal && this.#clock.monotonic() - this.#refusal.at < REST_MS) throw this.#refusal.error;
    this.#refusal = undefined;
  }

  refused(error: AwsError): void {
    this.#refusal = { error, at: this.#clock.monotonic() };
  }
}
