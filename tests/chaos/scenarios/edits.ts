import type { Loose } from "../../scenarios/admin.ts";
import type { ChaosScenario } from "../scenario.ts";
import { NAMESPACE } from "../world.ts";

/** Objects are created, all at once. */
export function create(name: string, objects: readonly Loose[], given: readonly Loose[] = []): ChaosScenario {
  return { name: `${name}: create`, given, act: (world) => world.apply(...objects) };
}

/** One object's spec is changed by a merge patch. */
export function update(
  what: string,
  { given, before, of, spec }: Pick<ChaosScenario, "given" | "before"> & {
    readonly of: Loose;
    /** May depend on where the service is. */
    readonly spec: object | ((endpoint: string) => Loose);
  },
): ChaosScenario {
  const specAt = (endpoint: string): Loose => typeof spec === "function" ? spec(endpoint) : spec;
  return {
    name: what,
    ...(given ? { given } : {}),
    ...(before ? { before } : {}),
    changes: { of, spec: specAt("https://s3.test") },
    act: async ({ admin, endpoint }) => void await admin.patch(of, { spec: specAt(endpoint) }),
  };
}

/** Objects are deleted, in this order. */
export function remove(what: string, objects: readonly Loose[], given: readonly Loose[]): ChaosScenario {
  return {
    name: `${what}: delete`,
    given,
    async act({ admin }) {
      for (const each of objects) await admin.remove(each);
    },
  };
}

/** Objects are created, and deleted again while the operator may be down. */
export function createAndRemove(what: string, objects: readonly Loose[], given: readonly Loose[] = []): ChaosScenario {
  return {
    name: `${what}: create, delete while the operator is down`,
    given,
    act: (world) => world.apply(...objects),
    async afterwards({ admin }) {
      for (const each of objects.toReversed()) await admin.remove(each);
    },
  };
}

/** A Secret of the namespace. */
export function secretNamed(name: string): Loose {
  return { kind: "Secret", metadata: { name, namespace: NAMESPACE } };
}
