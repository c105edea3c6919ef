import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type ContractCase, refused, type Target } from "./case.ts";

/** A user with one key. */
export async function userWithKey(iam: IAMClient, UserName: string): Promise<Target["credentials"]> {
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  assert.ok(AccessKey?.AccessKeyId && AccessKey.SecretAccessKey);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

/** Access keys. */
export const keyCases: readonly ContractCase[] = [
  {
    fact: "a key is created active, listed without its secret, and deleted",
    async run({ iam }) {
      const UserName = "contract-key";
      const { accessKeyId: AccessKeyId } = await userWithKey(iam, UserName);
      const list = async () => (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? [];
      assert.deepEqual((await list()).map((key) => [key.AccessKeyId, key.Status]), [[AccessKeyId, "Active"]]);
      assert.ok((await list())[0]?.CreateDate instanceof Date);
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      assert.deepEqual(await list(), []);
    },
  },
  {
    fact: "a key that is not there is NoSuchEntity",
    about: "aws error names",
    async run({ iam }) {
      const UserName = "contract-no-key";
      const { accessKeyId: AccessKeyId } = await userWithKey(iam, UserName);
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      const again = iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      await refused(again, "NoSuchEntityException", 404);
      const missing = iam.send(new ListAccessKeysCommand({ UserName: "contract-nobody" }));
      await refused(missing, "NoSuchEntityException", 404);
    },
  },
  {
    fact: "a user has two keys at most, inactive ones included",
    async run({ iam }) {
      const UserName = "contract-two-keys";
      const { accessKeyId: AccessKeyId } = await userWithKey(iam, UserName);
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
      await iam.send(new CreateAccessKeyCommand({ UserName }));
      await refused(iam.send(new CreateAccessKeyCommand({ UserName })), "LimitExceededException", 409);
    },
  },
  {
    fact: "an unknown key is refused, by S3 and by IAM",
    about: "signatures",
    async run({ s3As, iamAs }, { lacks }) {
      const credentials = { accessKeyId: "AKIANOTTHEREATALL000", secretAccessKey: "x" };
      await refused(s3As({ credentials }).send(new ListBucketsCommand()), "InvalidAccessKeyId", 403);
      const code = "aws error names" in lacks ? "InvalidAccessKeyId" : "InvalidClientTokenId";
      await refused(iamAs(credentials).send(new ListAccessKeysCommand()), code, 403);
    },
  },
  {
    fact: "a wrong secret is refused, by S3 and by IAM",
    about: "signatures",
    async run({ iam, s3As, iamAs }) {
      const { accessKeyId } = await userWithKey(iam, "contract-wrong-secret");
      const credentials = { accessKeyId, secretAccessKey: "wrong" };
      await refused(s3As({ credentials }).send(new ListBucketsCommand()), "SignatureDoesNotMatch", 403);
      await refused(iamAs(credentials).send(new ListAccessKeysCommand()), "SignatureDoesNotMatch", 403);
    },
  },
  {
    fact: "an inactive key is refused until it is active again",
    about: "signatures",
    async run({ iam, s3As }) {
      const UserName = "contract-inactive";
      const credentials = await userWithKey(iam, UserName);
      const AccessKeyId = credentials.accessKeyId;
      const s3 = s3As({ credentials });
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
      await refused(s3.send(new ListBucketsCommand()), "InvalidAccessKeyId", 403);
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" }));
      await refused(s3.send(new ListBucketsCommand()), "AccessDenied", 403);
    },
  },
  {
    fact: "the last use of a key names its user and the service",
    about: "key last use",
    async run({ iam, s3As }) {
      const UserName = "contract-last-used";
      const credentials = await userWithKey(iam, UserName);
      await s3As({ credentials }).send(new ListBucketsCommand()).catch(() => {});
      const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }));
      assert.deepEqual([used.UserName, used.AccessKeyLastUsed?.ServiceName], [UserName, "s3"]);
    },
  },
];
