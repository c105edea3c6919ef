import type { Loose } from "../../loose.ts";
import { PREFIX, type World } from "./world.ts";

/** A Bucket without settings and children. */
export const BARE = { providerRef: { name: "wasabi" }, autoManage: { enabled: false }, name: "app-data" };
export const ADOPT = { annotations: { [`${PREFIX}adopt`]: "true" } };
/** A policy that opens the bucket to everybody. */
export const PUBLIC = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::app-data/*" }],
});

/** Applies Bucket `app`, and lets it come to rest. */
export async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("Bucket", "app", { ...BARE, ...spec }, meta);
  await world.settle();
}
