import { API } from "../../handlers/api_group.ts";
import { type KindName, kinds } from "../../handlers/kinds.ts";
import { yamlFile } from "./yaml.ts";

/**
 * The part of Argo CD's ConfigMap that gives every kind its health check.
 * @param script the Lua of deploy/argocd/health.lua
 */
export function argoConfigMap(script: string): string {
  const data = Object.fromEntries((Object.keys(kinds) as KindName[]).map((kind) => [healthKey(kind), script]));
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "argocd-cm", namespace: "argocd" }, data };
  return yamlFile([configMap], "deploy/argocd/health.lua");
}

/** Where Argo CD finds the health check of a kind. */
export function healthKey(kind: KindName): string {
  return `resource.customizations.health.${API.group}_${kind}`;
}
