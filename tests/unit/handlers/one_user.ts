import type { Loose } from "../../loose.ts";
import type { World } from "./world.ts";

/** A User without a policy. */
export const SPEC = { providerRef: { name: "wasabi" }, name: "app" };
export const POLICY = { statement: [statement("s3:GetObject")] };
export const ACCOUNT = "arn:aws:iam::123456789012";

export function statement(action: string) {
  return { effect: "Allow", action, resource: "*" };
}

/** The user of `SPEC` at IAM. */
export function live(world: World) {
  return world.aws.state.users.get("app")!;
}

/** Its inline policy; null for none. */
export function inline(world: World): Loose {
  return JSON.parse(live(world).inline.get("app-policy") ?? "null");
}

/** Applies User `u`, and lets it come to rest. */
export async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("User", "u", { ...SPEC, ...spec }, meta);
  await world.settle();
}

/** Applies IAMPolicies, and lets them come to rest. */
export async function policies(world: World, ...names: string[]): Promise<void> {
  for (const name of names) world.apply("IAMPolicy", name, { providerRef: SPEC.providerRef, policy: POLICY });
  await world.settle();
}
