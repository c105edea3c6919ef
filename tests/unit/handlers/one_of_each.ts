import type { KindName } from "../../../handlers/kinds.ts";
import type { Loose } from "../../loose.ts";
import type { World } from "./world.ts";

export const providerRef = { name: "wasabi" };
/** A Bucket with a setting and no children. */
export const BARE = { providerRef, autoManage: { enabled: false }, name: "app-data", tagging: { tags: { a: "1" } } };
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::app-data/*" };

/** One object of each kind, named `x` but for the Provider. */
export const OBJECTS: Record<KindName, { name: string; spec?: Loose }> = {
  Provider: { name: "wasabi" },
  Bucket: { name: "x", spec: { ...BARE, deletionPolicy: "Delete" } },
  IAMPolicy: { name: "x", spec: { providerRef, policy: { statement: [STATEMENT] } } },
  User: { name: "x", spec: { providerRef, name: "x" } },
  AccessKey: { name: "x", spec: { providerRef, userRef: { name: "x" } } },
  BucketPolicy: {
    name: "x",
    spec: { bucketRef: { name: "x" }, policy: { statement: [{ ...STATEMENT, effect: "Deny", principal: "*" }] } },
  },
};
export const KINDS = Object.keys(OBJECTS) as KindName[];

/** Applies all of them, and lets them come to rest. */
export async function all(world: World): Promise<void> {
  for (const kind of KINDS) {
    const { name, spec } = OBJECTS[kind];
    if (spec) world.apply(kind, name, spec);
  }
  await world.settle();
}
