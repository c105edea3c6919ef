import { DeleteUserPolicyCommand, GetUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { seconds } from "./screen.ts";
import type { Stage } from "./stage.ts";
import { Surprise, until } from "./surprise.ts";
import { AUTO_BUCKET, SETTINGS_BUCKET } from "./use.ts";

/** Something that somebody changes without asking the operator. */
interface Meddling {
  readonly what: string;
  /** What is there; the same text before it is changed and after it was put right. */
  readonly read: () => Promise<string>;
  readonly change: () => Promise<unknown>;
}

/** The operator may happen to look right after a change, and put it right before anybody sees it. */
const MOST_TRIES = 3;

/** Changes several things behind the operator's back. @returns how many, and when the last was put right, ms */
export async function meddle(stage: Stage): Promise<{ readonly changes: number; readonly ms: number }> {
  const { screen, signal } = stage;
  screen.begin("Change things behind the operator's back");
  const meddlings = meddlingsOf(stage);
  const before = await Promise.all(meddlings.map(({ read }) => read()));
  for (const [index, { what, read, change }] of meddlings.entries()) {
    let tries = 0;
    do {
      if (tries++ === MOST_TRIES) throw new Surprise(what, "no effect");
      await change();
    } while (await read() === before[index]);
    screen.event("somebody", { word: what, paint: "yellow" });
  }
  const times = await Promise.all(meddlings.map(async ({ what, read }, index) => {
    const ms = await until(`"${what}" to be put right`, { look: read, holds: (now) => now === before[index] }, {
      signal,
      seen: (now) => now,
    });
    screen.ok(`put right after ${seconds(ms)}: ${what}`);
    return ms;
  }));
  return { changes: meddlings.length, ms: Math.max(...times) };
}

function meddlingsOf(stage: Stage): Meddling[] {
  const { owner: { iam }, admin } = stage;
  const s3 = stage.s3();
  const secret = "app-key-credentials";
  return [
    {
      what: `tags of ${SETTINGS_BUCKET} replaced`,
      read: () => textOf(s3.send(new GetBucketTaggingCommand({ Bucket: SETTINGS_BUCKET })), "TagSet"),
      change: () => {
        const Tagging = { TagSet: [{ Key: "team", Value: "somebody-else" }] };
        return s3.send(new PutBucketTaggingCommand({ Bucket: SETTINGS_BUCKET, Tagging }));
      },
    },
    {
      what: `policy of ${AUTO_BUCKET} deleted`,
      read: () => textOf(s3.send(new GetBucketPolicyCommand({ Bucket: AUTO_BUCKET })), "Policy"),
      change: () => s3.send(new DeleteBucketPolicyCommand({ Bucket: AUTO_BUCKET })),
    },
    {
      what: "inline policy of user example-app deleted",
      read: () =>
        textOf(
          iam.send(new GetUserPolicyCommand({ UserName: "example-app", PolicyName: "example-app-policy" })),
          "PolicyDocument",
        ),
      change: () =>
        iam.send(new DeleteUserPolicyCommand({ UserName: "example-app", PolicyName: "example-app-policy" })),
    },
    {
      what: `Secret ${secret} deleted`,
      // The service shows a key's secret once: it is another key that takes its place.
      read: async () => await stage.credentialsIn(secret) === undefined ? "no Secret" : "a Secret",
      change: () => admin.remove({ kind: "Secret", metadata: { namespace: "default", name: secret } }),
    },
  ];
}

async function textOf<Key extends string>(call: Promise<{ readonly [K in Key]?: unknown }>, key: Key): Promise<string> {
  try {
    return JSON.stringify((await call)[key]);
  } catch (error) {
    return (error as Error).name;
  }
}
