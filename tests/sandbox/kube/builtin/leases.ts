import { type FieldError, invalid } from "../field_errors.ts";
import type { KubeObject } from "../object.ts";
import { at, type Resource, resource } from "../resource.ts";
import { AGE, column, NAME } from "./columns.ts";
import { integer, microTime, object, string } from "./fragments.ts";

export const leases: Resource = resource({
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  createsOnUpdate: true,
  unconditionalUpdate: false,
  schema: object({
    spec: object({
      holderIdentity: string,
      leaseDurationSeconds: integer,
      acquireTime: microTime,
      renewTime: microTime,
      leaseTransitions: integer,
      strategy: string,
      preferredHolder: string,
    }),
  }),
  columns: [NAME, column("Holder", (lease) => at(lease, "spec", "holderIdentity") ?? ""), AGE],
  prepare: (lease) => void (lease["spec"] ??= {}),
  check: leaseErrors,
});

function leaseErrors(lease: KubeObject): FieldError[] {
  const duration = at(lease, "spec", "leaseDurationSeconds");
  const transitions = at(lease, "spec", "leaseTransitions");
  const errors: FieldError[] = [];
  if (typeof duration === "number" && duration <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
  }
  if (typeof transitions === "number" && transitions < 0) {
    errors.push(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
  }
  return errors;
}
