import type { Meddler } from "./gate.ts";
import { type Broken, lostSecrets } from "./invariants.ts";
import type { Soon } from "./place.ts";
import type { Sight } from "./sight.ts";

/** Looks, whenever a key is taken away, whether the Secrets still hold keys that work, where they did. */
export function watched(world: { see(): Soon<Sight> }, broken: Broken[]): Meddler {
  return async ({ name }, next) => {
    if (!/^iam:(Delete|Update)AccessKey/.test(name)) return await next();
    const before = new Set(lostSecrets(await world.see()).map(({ what }) => what));
    const response = await next();
    broken.push(...lostSecrets(await world.see()).filter(({ what }) => !before.has(what)));
    return response;
  };
}
