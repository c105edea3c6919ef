import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Credentials, Stage } from "./stage.ts";
import { expectEqual, expectRefusal, Surprise } from "./surprise.ts";

export const AUTO_BUCKET = "example-auto-bucket";
export const SETTINGS_BUCKET = "example-settings-bucket";
/** Secret of the Bucket that is managed automatically. */
export const AUTO_SECRET = "auto-accesskey-credentials";
const APP_SECRET = "app-key-credentials";
const GREETING = "Hello from a pod";

/** Uses both pairs of credentials for what they allow, and for what they do not. */
export async function useCredentials(stage: Stage): Promise<void> {
  const { screen } = stage;
  screen.begin("Use the credentials, as an application would");
  await as(stage, AUTO_SECRET, async (s3) => {
    await greet(s3);
    screen.ok(`${AUTO_SECRET}: puts s3://${AUTO_BUCKET}/hello.txt, and gets it back`);
    const elsewhere = s3.send(new PutObjectCommand({ Bucket: SETTINGS_BUCKET, Key: "hello.txt", Body: GREETING }));
    await expectRefusal(`PutObject in ${SETTINGS_BUCKET}`, "AccessDenied", elsewhere);
    screen.ok(`${AUTO_SECRET}: is refused in s3://${SETTINGS_BUCKET}: AccessDenied`);
  });
  await as(stage, APP_SECRET, async (s3) => {
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: SETTINGS_BUCKET }));
    expectEqual(`objects in ${SETTINGS_BUCKET}`, KeyCount, 0);
    const write = s3.send(new PutObjectCommand({ Bucket: SETTINGS_BUCKET, Key: "hello.txt", Body: GREETING }));
    await expectRefusal(`PutObject in ${SETTINGS_BUCKET}`, "AccessDenied", write);
    screen.ok(`${APP_SECRET}: lists s3://${SETTINGS_BUCKET}, as its policy says, and may not write there`);
  });
}

/** Puts an object into the automatically managed bucket and reads it again. */
export async function greet(s3: S3Client): Promise<void> {
  const target = { Bucket: AUTO_BUCKET, Key: "hello.txt" };
  await s3.send(new PutObjectCommand({ ...target, Body: GREETING }));
  const { Body } = await s3.send(new GetObjectCommand(target));
  expectEqual(`hello.txt in ${AUTO_BUCKET}`, await Body?.transformToString(), GREETING);
}

/** Calls `use` with an S3 client that has the key in the Secret. */
export async function as(stage: Stage, secret: string, use: (s3: S3Client, key: Credentials) => Promise<void>) {
  const credentials = await stage.credentialsIn(secret);
  if (credentials === undefined) throw new Surprise(`Secret ${secret}`, "none");
  await use(stage.s3(credentials), credentials);
}
