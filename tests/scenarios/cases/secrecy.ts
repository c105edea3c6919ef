import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Loose } from "../admin.ts";
import { object, secret, valueOf } from "../objects.ts";
import type { RunningOperator } from "../operator.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

const KINDS = ["Provider", "Bucket", "BucketPolicy", "User", "IAMPolicy", "AccessKey", "Event", "Secret"];
/** What a service refuses, or what is no credential at all: neither may show up in what is said about it. */
const WRONG: Readonly<Record<string, string>> = {
  unknown: "Nb3Unknown0SecretAccessKey0OfNobody00000x",
  short: "correct-horse",
  lines: "firstLineOfASecretAccessKey\nsecondLineOfASecretAccessKey",
  binary: "\u0001binary\u00e9SecretAccessKey\u20ac",
};

/** All that may not be read anywhere: what the service gave out, what Secrets hold, and what was wrong. */
class Hidden {
  readonly #secrets = new Set<string>(Object.values(WRONG).flatMap((text) => text.split("\n")));

  constructor(readonly stage: Stage) {
    this.#secrets.add(stage.world.credentials.secretAccessKey);
  }

  /** Takes note of what the Secrets hold now: of a service that does not tell, this is all that can be known. */
  async look(): Promise<void> {
    for (const each of await this.stage.admin.list("Secret", this.stage.ns)) {
      if (each.data?.["secret-access-key"]) this.#secrets.add(valueOf(each, "secret-access-key"));
    }
    for (const given of this.stage.world.sandbox?.secrets ?? []) this.#secrets.add(given);
  }

  /** As it is, in base64 and in a URL. */
  spellings(): string[] {
    return [...this.#secrets].flatMap((text) => [
      text,
      Buffer.from(text).toString("base64").replace(/=+$/, ""),
      encodeURIComponent(text),
    ]);
  }
}

/** Everything that the operator wrote, by where it stands. */
async function written(stage: Stage, operator: RunningOperator): Promise<Record<string, string>> {
  const objects: Record<string, string> = {};
  for (const kind of KINDS) {
    for (const each of await stage.admin.list(kind, stage.ns)) {
      // A Secret's own content is where secrets belong.
      const { data: _, ...rest } = each;
      objects[`${kind} ${each.metadata.name}`] = JSON.stringify(kind === "Secret" ? rest : each);
    }
  }
  return {
    ...objects,
    log: operator.log().join("\n"),
    spans: operator.spans().join("\n"),
    metrics: await operator.metrics(),
  };
}

async function assertHidden(stage: Stage, operator: RunningOperator, hidden: Hidden): Promise<void> {
  await hidden.look();
  const spellings = hidden.spellings();
  for (const [where, text] of Object.entries(await written(stage, operator))) {
    for (const spelling of spellings) {
      if (text.includes(spelling)) assert.fail(`${where} shows a secret, ${spelling.slice(0, 4)}…`);
    }
  }
}

function credentialsOf(stage: Stage, key: string): Loose {
  return { kind: "Secret", metadata: { name: `${key}-credentials`, namespace: stage.ns } };
}

export const secrecyScenarios: readonly Scenario[] = [
  {
    fact: "no secret access key is in any log line, Event, condition, object, metric or span, whatever happens to it",
    async run(stage) {
      const operator = await stage.begin("--drift-check-interval-seconds=1", "--log-level=DEBUG");
      const hidden = new Hidden(stage);
      const [bucket, user] = [stage.bucket("auto"), stage.user("app")];
      const key = stage.accessKey("app-key", "app", { rotate: { enabled: true } });
      await stage.applied(bucket, user);
      await stage.ready(bucket, user);
      // A reply is lost: the key that it held is given out, and nobody may ever tell of it.
      stage.world.faults?.on("iam:CreateAccessKey", { do: "fail", status: 500, code: "InternalError", after: true }, {
        times: 1,
      });
      await stage.applied(key);
      if (stage.world.faults) await stage.refused(key, "CreationFailed");
      operator.advance(30_000);
      await stage.ready(key);
      await hidden.look();
      const main = credentialsOf(stage, "app-key");
      const first = valueOf(await stage.admin.get(main), "access-key-id");
      await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
      await stage.until(main, "to have the next key", (live) => valueOf(live, "access-key-id") !== first);
      await hidden.look();
      // Halves change places, as by a careless person, and the damage is healed.
      const auto = credentialsOf(stage, "auto-accesskey");
      const { data } = await stage.admin.get(auto);
      await stage.admin.patch(auto, {
        data: { "access-key-id": data["secret-access-key"], "secret-access-key": null },
      });
      await stage.until(auto, "to be whole", (live) => live.data["secret-access-key"] !== undefined);
      await assertHidden(stage, operator, hidden);
      await stage.deleted(key);
      await stage.deleted(bucket, user);
      await assertHidden(stage, operator, hidden);
    },
  },
  {
    fact: "credentials that are wrong, broken or no text at all are refused without being shown",
    async run(stage) {
      const operator = await stage.begin("--drift-check-interval-seconds=1", "--log-level=DEBUG");
      const hidden = new Hidden(stage);
      const [, template] = stage.providerObjects();
      for (const [name, text] of Object.entries(WRONG)) {
        const ref = (key: string) => ({ name: `wrong-${name}`, key });
        const auth = {
          accessKeySecretRef: ref("id"),
          secretKeySecretRef: ref("secret"),
          sessionTokenSecretRef: ref("secret"),
        };
        const provider = object("Provider", { name, namespace: stage.ns }, { ...template.spec, auth });
        // The wrong way round too: the secret stands where the id belongs.
        await stage.applied(
          secret({ name: `wrong-${name}`, namespace: stage.ns }, { id: text, secret: text }),
          provider,
        );
      }
      for (const name of Object.keys(WRONG)) {
        // A service that checks no signatures takes what can be sent at all.
        if (stage.world.sandbox === undefined && !["lines", "binary"].includes(name)) continue;
        await stage.refused(object("Provider", { name, namespace: stage.ns }, {}), "CredentialsInvalid");
      }
      await assertHidden(stage, operator, hidden);
    },
  },
];
