import { ANNOTATIONS, FINALIZER } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import type { Meddler, Passing } from "../gate.ts";
import { type Broken, lostSecrets } from "../invariants.ts";
import type { ChaosWorld } from "../world.ts";
import { ENDPOINT } from "./frames.ts";
import { outsideName, type Person } from "./person.ts";

/** What an object left outside when it went, because it was told to. */
export interface Release {
  readonly kind: string;
  /** At the service. */
  readonly name: string | undefined;
  readonly retained: boolean;
  readonly abandoned: boolean;
}

const OURS = /^PATCH \/apis\/s3\.cloud37\.dev\/v1alpha1\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/;

/** Sees all that operators send, and says what should not have been sent. */
export class Watchman {
  readonly complaints: string[] = [];
  readonly broken: Broken[] = [];
  readonly releases: Release[] = [];

  constructor(readonly world: ChaosWorld, readonly person: Person) {}

  readonly meddle: Meddler = async (passing, next) => {
    const { side, request, name } = passing;
    if (side === "aws") {
      if (new URL(request.url).origin !== ENDPOINT) throw new TypeError("nobody answers there");
      return await this.#watchKeys(passing, next);
    }
    if (request.method !== "GET") await this.#lookForSecrets(name, request);
    const leaving = this.#leaving(name);
    const response = await next();
    if (leaving !== undefined && response.ok && this.#isGone(leaving)) this.#note(leaving);
    return response;
  };

  /** Looks at what the operator has logged. */
  readLog(lines: readonly string[]): void {
    const text = lines.join("\n");
    const leaked = this.#secrets().find((secret) => text.includes(secret));
    if (leaked) this.complaints.push(`a secret is in the log: ${lines.find((line) => line.includes(leaked))}`);
  }

  async #watchKeys({ name, request }: Passing, next: () => Promise<Response>): Promise<Response> {
    if (!/^iam:(Delete|Update)AccessKey/.test(name)) return await next();
    const id = new URLSearchParams(await request.clone().text()).get("AccessKeyId") ?? "";
    if (this.person.isTaken(id)) this.complaints.push(`${name}: key ${id} is a person's`);
    const before = new Set(lostSecrets(this.world.see()).map(({ what }) => what));
    const response = await next();
    this.broken.push(...lostSecrets(this.world.see()).filter(({ what }) => !before.has(what)));
    return response;
  }

  async #lookForSecrets(name: string, request: Request): Promise<void> {
    if (/\/secrets(\/|$)/.test(name)) return;
    const body = await request.clone().text();
    if (this.#secrets().some((secret) => body.includes(secret) || body.includes(btoa(secret)))) {
      this.complaints.push(`a secret is in the body of ${name}`);
    }
  }

  #secrets(): string[] {
    const { secrets, credentials } = this.world.aws;
    return [...secrets, credentials.secretAccessKey];
  }

  /** The object whose last finalizer a patch may take away. */
  #leaving(name: string): Loose | undefined {
    const [, namespace = "", plural = "", object = ""] = OURS.exec(name) ?? [];
    if (plural === "") return undefined;
    const found = this.world.kube.get("s3.cloud37.dev/v1alpha1", plural, { namespace, name: object }) as Loose;
    return found?.metadata.deletionTimestamp && found.metadata.finalizers?.includes(FINALIZER) ? found : undefined;
  }

  #isGone({ kind, metadata: { uid } }: Loose): boolean {
    return !this.world.list(kind).some(({ metadata }) => metadata.uid === uid);
  }

  #note(object: Loose): void {
    this.releases.push({
      kind: object.kind,
      name: outsideName(object),
      retained: object.spec.deletionPolicy !== "Delete",
      abandoned: object.metadata.annotations?.[ANNOTATIONS.abandon] === "true",
    });
  }
}
