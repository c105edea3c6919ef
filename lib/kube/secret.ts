import type { ResourceType } from "./api.ts";
import type { KubeObject } from "./object.ts";

/** A Secret of the core group. */
export interface Secret extends KubeObject {
  readonly type?: string;
  /** Values are base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Secrets are read by name, never listed or watched (docs/adr/0008). */
export const secretType: ResourceType<Secret> = { group: "", version: "v1", plural: "secrets", kind: "Secret" };
