import type { Manifest } from "./render.ts";
import type { Site } from "./site.ts";

/** What the container of a Deployment is told, as flags of a process that has the token of its ServiceAccount. */
export async function podFlags(site: Site, { metadata: { namespace = "" }, spec }: Manifest): Promise<string[]> {
  const { serviceAccountName, containers: [{ env }] } = spec.template.spec;
  const variables: readonly { readonly name: string; readonly value: string }[] = env;
  const flags = variables.map(({ name, value }) => `--${name.toLowerCase().replaceAll("_", "-")}=${value}`);
  const kubeconfig = JSON.parse(await Deno.readTextFile(site.cluster.kubeconfig));
  kubeconfig.users[0].user.token = (await site.get("-n", namespace, "create", "token", serviceAccountName)).trim();
  kubeconfig.contexts[0].context.namespace = namespace;
  const path = `${site.cluster.kubeconfig}-operator`;
  await Deno.writeTextFile(path, JSON.stringify(kubeconfig));
  return [...flags, `--kubeconfig=${path}`, "--log-level=DEBUG"];
}
