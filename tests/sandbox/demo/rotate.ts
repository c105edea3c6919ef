import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { ANNOTATIONS, LABELS } from "../../../handlers/names.ts";
import { seconds } from "./screen.ts";
import type { Stage } from "./stage.ts";
import { expectEqual, Surprise, until } from "./surprise.ts";
import { as, AUTO_BUCKET, AUTO_SECRET, greet } from "./use.ts";
import { isReady } from "./watcher.ts";

const NAME = "auto-accesskey";

/** Has an access key replaced, and uses the new one and the one before. @returns how long it took, ms */
export async function rotate(stage: Stage): Promise<number> {
  const { screen, admin, owner, watcher, signal } = stage;
  screen.begin("Rotate an access key");
  const before = watcher.find("AccessKey", NAME)?.status.accessKeyId;
  const now = new Date().toISOString();
  screen.command(`kubectl annotate accesskey ${NAME} ${ANNOTATIONS.rotateAt}=${now}`);
  const object = { kind: "AccessKey", metadata: { namespace: "default", name: NAME } };
  await admin.annotate(object, { [ANNOTATIONS.rotateAt]: now });
  const ms = await until(`AccessKey ${NAME} to be rotated`, {
    look: () => watcher.find("AccessKey", NAME),
    holds: (live) => live?.status.lastRotateRequest === now && live.status.accessKeyId !== before && isReady(live),
  }, { signal, seen: (live) => JSON.stringify(live?.status) });

  const previous = await previousSecret(stage);
  await as(stage, AUTO_SECRET, async (s3, { accessKeyId }) => {
    if (accessKeyId === before) throw new Surprise(`a new key in Secret ${AUTO_SECRET}`, `still ${before}`);
    await greet(s3);
    screen.ok(`new key ${accessKeyId} after ${seconds(ms)}, in ${AUTO_SECRET}: puts and gets`);
  });
  await as(stage, previous, async (s3, { accessKeyId }) => {
    expectEqual(`key in Secret ${previous}`, accessKeyId, before);
    await greet(s3);
    screen.ok(`old key ${accessKeyId}, in ${previous}: still puts and gets`);
  });
  const { AccessKeyMetadata = [] } = await owner.iam.send(new ListAccessKeysCommand({ UserName: AUTO_BUCKET }));
  expectEqual(`number of keys of user ${AUTO_BUCKET}`, AccessKeyMetadata.length, 2);
  const { previousKeysRetentionDays } = watcher.find("AccessKey", NAME)?.spec.rotate;
  screen.text(`The old one is revoked after ${previousKeysRetentionDays} days; until then pods may go on with it.`);
  return ms;
}

async function previousSecret({ admin }: Stage): Promise<string> {
  const secrets = await admin.list("Secret", "default");
  const names = secrets.filter(({ metadata: { labels } }) =>
    labels?.[LABELS.previousSecret] === "true" && labels[LABELS.accessKeyName] === NAME
  ).map(({ metadata }) => metadata.name);
  if (names.length !== 1) throw new Surprise(`one Secret with the old key of ${NAME}`, JSON.stringify(names));
  return names[0];
}
