import { AwsError } from "../../lib/aws/api.ts";
import { equal } from "../../lib/equal.ts";
import { StalledError } from "../../lib/errors.ts";
import type { BucketScope } from "./scope.ts";

/** What a look at one aspect found: its state in normal form, or that the service does not have the feature. */
export type Observation = { readonly state: unknown } | "unsupported";

/** One setting of a bucket that is observed, compared and applied on its own; all steps speak the same normal form. */
export interface AspectSteps<Field, State> {
  /** The field of the spec that it owns. */
  readonly field: string;
  /** Its name in metrics: `update_<label>`, `delete_<label>`, `drift_detected_total{resource_type}`. */
  readonly label: string;
  /** The API operations that read and write it. */
  readonly operations: { readonly observe: string; readonly apply: string; readonly remove?: string };
  /** The service's default: what an unset field goes back to once, after it was managed. */
  readonly initial: State;
  /**
   * A new bucket's state where that is known to be `initial`; false where services differ, so that it is always sent.
   */
  readonly knownAtBirth: boolean;
  desired(field: Field): State;
  observe(scope: BucketScope): Promise<State>;
  /** Makes the outside equal `desired`; idempotent. `isNew`: the bucket was made in this pass. */
  apply(scope: BucketScope, desired: State, isNew: boolean): Promise<void>;
  /** Equality where it is looser than sameness of the normal form. */
  satisfies?(desired: State, observed: State): boolean;
  /** True for a state that a service without the feature has anyway. */
  impliedWithoutFeature?(desired: State): boolean;
  /** True for a state that is applied by the operation `remove`. */
  isRemoval?(desired: State): boolean;
}

/** An aspect with its types hidden, so that a bucket can hold a list of them. */
export interface Aspect {
  readonly field: string;
  readonly label: string;
  readonly initial: unknown;
  readonly knownAtBirth: boolean;
  desired(field: unknown): unknown;
  observe(scope: BucketScope): Promise<Observation>;
  apply(scope: BucketScope, desired: unknown, isNew?: boolean): Promise<void>;
  satisfied(desired: unknown, observed: Observation): boolean;
  /** Label `operation` of `bucket_operations_total`. */
  operation(desired: unknown): string;
}

export function aspect<Field, State>(steps: AspectSteps<Field, State>): Aspect {
  const { field, label, operations, initial, knownAtBirth } = steps;
  const isRemoval = (desired: unknown) => steps.isRemoval?.(desired as State) ?? false;
  const lacks = ({ connection }: BucketScope) =>
    connection.unsupported(operations.observe) || connection.unsupported(operations.apply);
  const unsupported = () =>
    new StalledError("Unsupported", `spec.${field}: the service does not implement this setting; remove the field`);
  return {
    field,
    label,
    initial,
    knownAtBirth,
    desired: (value) => steps.desired(value as Field),
    async observe(scope) {
      if (lacks(scope)) return "unsupported";
      try {
        return { state: await steps.observe(scope) };
      } catch (error) {
        if (scope.connection.unsupported(operations.observe)) return "unsupported";
        throw error;
      }
    },
    async apply(scope, desired, isNew = false) {
      // What cannot be read is not written either: there would be no telling whether it was.
      if (lacks(scope)) throw unsupported();
      try {
        await steps.apply(scope, desired as State, isNew);
      } catch (error) {
        const refused = error instanceof AwsError && scope.connection.unsupported(error.operation);
        if (!refused) throw error;
        if (!steps.impliedWithoutFeature?.(desired as State)) throw unsupported();
      }
    },
    satisfied(desired, observed) {
      if (observed === "unsupported") return steps.impliedWithoutFeature?.(desired as State) ?? false;
      return (steps.satisfies ?? equal)(desired as State, observed.state as State);
    },
    operation: (desired) => `${isRemoval(desired) && operations.remove ? "delete" : "update"}_${label}`,
  };
}
