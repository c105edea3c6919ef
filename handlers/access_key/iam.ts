import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { type Caller, type Credentials } from "../../lib/aws/api.ts";
import { emptyAnswer, isAwsError, isNotFound, isNotImplemented, orGone } from "../../lib/aws/errors.ts";
import type { IamKey } from "./state.ts";

type Iam = Caller<IAMClient>;

/** A user's access keys; `undefined` when there is no such user. */
export async function listKeys(
  iam: Iam,
  userName: string,
  signal: AbortSignal,
): Promise<readonly IamKey[] | undefined> {
  const keys: IamKey[] = [];
  let marker: string | undefined;
  try {
    do {
      const page = await iam.send(
        new ListAccessKeysCommand({ UserName: userName, ...(marker === undefined ? {} : { Marker: marker }) }),
        { signal, priority: "high" },
      );
      if (page.AccessKeyMetadata === undefined && page.IsTruncated === undefined) {
        throw emptyAnswer("iam", "ListAccessKeys", "any key");
      }
      for (const { AccessKeyId: id, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
        const createdAt = CreateDate?.getTime();
        if (id) keys.push({ id, active: Status !== "Inactive", ...(createdAt === undefined ? {} : { createdAt }) });
      }
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return keys;
}

/**
 * Makes a key: one request at most, whatever comes of it (docs/adr/0005), and no signal, because a shutdown must not
 * come between the call and the Secret; the deadline bounds it.
 */
export async function createKey(iam: Iam, userName: string, timeoutMs: number): Promise<Credentials> {
  const { AccessKey: key } = await iam.send(
    new CreateAccessKeyCommand({ UserName: userName }),
    { idempotent: false, timeoutMs, priority: "high" },
  );
  if (!key?.AccessKeyId || !key.SecretAccessKey) throw emptyAnswer("iam", "CreateAccessKey", "any key");
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

/**
 * Makes a key useless but keeps it. False where nothing came of it, which must not keep the key from being deleted: the
 * key is gone, the service does not know how, or the operator may not.
 */
export async function deactivateKey(iam: Iam, userName: string, id: string): Promise<boolean> {
  try {
    const command = new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: id, Status: "Inactive" });
    await iam.send(command, { priority: "high" });
    return true;
  } catch (error) {
    const isHarmless = isNotFound(error) || isNotImplemented(error) ||
      isAwsError(error, "denied");
    if (!isHarmless) throw error;
    return false;
  }
}

/** Deletes a key; one that is gone already is fine. */
export async function deleteKey(iam: Iam, userName: string, id: string): Promise<void> {
  const command = new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: id });
  await iam.send(command, { priority: "high" }).catch(orGone);
}

/** Whose key it is, for a status of 0.2.x that does not say; `undefined` when the service does not know. */
export async function userOf(iam: Iam, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }), { signal })).UserName;
  } catch (error) {
    if (isNotFound(error) || isNotImplemented(error)) return undefined;
    throw error;
  }
}

/** When a key was used last, milliseconds since the epoch; `undefined` when it never was. @throws AwsError */
export async function lastUseOf(iam: Iam, id: string, signal: AbortSignal): Promise<number | undefined> {
  const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }), { signal });
  return AccessKeyLastUsed?.LastUsedDate?.getTime();
}
