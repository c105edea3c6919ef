import { API_VERSION, type KindName } from "../../handlers/kinds.ts";
import type { Loose } from "./admin.ts";

/** An object of ours. */
export function object(kind: KindName, metadata: Loose, spec: Loose): Loose {
  return { apiVersion: API_VERSION, kind, metadata, spec };
}

export function secret(metadata: Loose, stringData: Readonly<Record<string, string>>): Loose {
  return { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData };
}

/** The text of a Secret's value. */
export function valueOf(secret: Loose, key: string): string {
  return atob(secret.data[key]);
}
