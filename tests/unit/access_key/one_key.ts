import { AccessKeyHandler } from "../../../handlers/access_key.ts";
import { Shared } from "../../../handlers/shared.ts";
import type { Loose } from "../../loose.ts";
import { fakeDeps, FakeIam, FakeKube } from "./fakes.ts";

export const API_VERSION = "s3.cloud37.dev/v1alpha1";
/** The Secret with the pair. */
export const MAIN = "k-credentials";

const READY = { observedGeneration: 1, conditions: [{ type: "Ready", status: "True", reason: "Ready", message: "" }] };

/** A ready Provider and User, and one AccessKey that rotates every 30 days. */
export function setUp(spec: Loose = {}) {
  let time = Date.UTC(2026, 0, 1);
  const iam = new FakeIam(() => time);
  const kube = new FakeKube();
  const events: string[] = [];
  const deps = fakeDeps(kube, iam, events);
  const custom = (kind: string, name: string, more: Loose) => ({
    apiVersion: API_VERSION,
    kind,
    metadata: { namespace: "demo", name, generation: 1 },
    ...more,
  });
  const text = (value: string) => btoa(value);
  kube.put("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "demo", name: "root" },
    data: { "access-key": text("ROOT"), "secret-key": text("root") },
  });
  const auth = {
    accessKeySecretRef: { name: "root", key: "access-key" },
    secretKeySecretRef: { name: "root", key: "secret-key" },
  };
  const provider = {
    type: "wasabi",
    endpoint: "http://s3",
    region: "r",
    iamEndpoint: "http://iam",
    pathStyle: true,
    auth,
  };
  kube.put("providers", custom("Provider", "p", { spec: provider, status: READY }));
  kube.put("users", custom("User", "u", { spec: { name: "app", providerRef: { name: "p" } }, status: READY }));
  const rotate = { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 };
  kube.put(
    "accesskeys",
    custom("AccessKey", "k", {
      spec: { providerRef: { name: "p" }, userRef: { name: "u" }, rotate, ...spec },
      status: { observedGeneration: -1 },
    }),
  );
  iam.users.set("app", []);
  let handler = new AccessKeyHandler(deps, new Shared(deps));
  return {
    iam,
    kube,
    events,
    /** Some passes, as long as the handler asks for one within a second. */
    async run(name = "k") {
      for (let pass = 0; pass < 5; pass++) {
        const requeue = await handler.reconcile(`demo/${name}`, {
          signal: new AbortController().signal,
          reconcileId: "1",
        });
        if (typeof requeue !== "object" || requeue.afterMs > 1_000) return requeue;
        time += requeue.afterMs;
      }
      return "never";
    },
    pass(ms: number) {
      time += ms;
    },
    /** A new process: all that was in memory is gone. */
    restart() {
      handler = new AccessKeyHandler(deps, new Shared(deps));
    },
    ids: () => iam.users.get("app")!.map((key) => key.AccessKeyId),
    held: () => kube.find("secrets", MAIN)?.data && atob(kube.find("secrets", MAIN).data["access-key-id"]),
    object: () => kube.find("accesskeys", "k"),
    ready: () => kube.find("accesskeys", "k").status.conditions.find(({ type }: Loose) => type === "Ready"),
  };
}
