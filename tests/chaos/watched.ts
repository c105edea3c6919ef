import type { Meddler } from "./gate.ts";
import { type Broken, lostSecrets } from "./invariants.ts";
import type { ChaosWorld } from "./world.ts";

/** Looks, whenever a key is taken away, whether the Secrets still hold keys that work, where they did. */
export function watched(world: ChaosWorld, broken: Broken[]): Meddler {
  return async ({ name }, next) => {
    if (!/^iam:(Delete|Update)AccessKey/.test(name)) return await next();
    const before = new Set(lostSecrets(world.see()).map(({ what }) => what));
    const response = await next();
    broken.push(...lostSecrets(world.see()).filter(({ what }) => !before.has(what)));
    return response;
  };
}
