import type { Credentials } from "../../lib/aws/api.ts";
import type { AwsSandbox } from "../sandbox/aws/mod.ts";
import type { Clients, Target } from "../sandbox/aws/contract/case.ts";
import type { Faults } from "../sandbox/faults.ts";
import type { ApiServer } from "./admin.ts";

/** A cluster and an S3 + IAM service, where scenarios run. */
export interface World {
  readonly name: string;
  readonly server: ApiServer;
  /** Path of the kubeconfig that operators are given. */
  readonly kubeconfig: string;
  /** Lets operators into a namespace that a scenario has made; absent where they may go anywhere. */
  readonly enter?: (namespace: string) => Promise<void>;
  /** S3 and IAM, at one address. */
  readonly service: Target;
  /** The operator's own, which may do there what it needs. */
  readonly credentials: Credentials;
  /** The service as its root user sees it. */
  readonly clients: Clients;
  /** Absent where the service is another server. */
  readonly sandbox?: AwsSandbox;
  readonly faults?: Faults;
  /** True: like Wasabi, without what is missing there (docs/wasabi.md). */
  readonly wasabi?: boolean;
  close(): Promise<void>;
}

/** What a scenario needs beyond a cluster and a service. */
export type Need =
  /** Signatures, rights and limits are checked, and the service can be told to fail: the sandbox's service. */
  | "strict service"
  /** The full feature set of S3: not Wasabi. */
  | "aws"
  /** Operators keep their rights while a namespace goes: Roles in it go first. */
  | "rights that stay";

/** One fact about the whole operator, shown with real objects and a real service. */
export interface Scenario {
  readonly fact: string;
  readonly needs?: readonly Need[];
  run(stage: import("./stage.ts").Stage): Promise<void>;
}

/** Does the world have what the scenario needs? */
export function fits({ needs = [] }: Scenario, { sandbox, wasabi, enter }: World): boolean {
  if (needs.includes("strict service") && sandbox === undefined) return false;
  if (needs.includes("rights that stay") && enter !== undefined) return false;
  return !(needs.includes("aws") && wasabi === true);
}
