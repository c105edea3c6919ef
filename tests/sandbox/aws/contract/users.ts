import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { type ContractCase, refusal, refused } from "./case.ts";

/** A policy for a user; not one that says much. */
export const READ_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

const MALFORMED = {
  "that is no JSON": "{",
  "with a principal": READ_ALL.replace('"Effect"', '"Principal":"*","Effect"'),
  "with another effect": READ_ALL.replace("Allow", "Maybe"),
};

/** What may be left on a user, and how it gets there. */
const LEFTOVERS = {
  "an access key": (iam: IAMClient, UserName: string) => iam.send(new CreateAccessKeyCommand({ UserName })),
  "an inline policy": (iam: IAMClient, UserName: string) =>
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: READ_ALL })),
  "a managed policy": async (iam: IAMClient, UserName: string) => {
    const created = await iam.send(new CreatePolicyCommand({ PolicyName: "contract-left", PolicyDocument: READ_ALL }));
    return iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: created.Policy?.Arn }));
  },
};

/** Users and their inline policies. */
export const userCases: readonly ContractCase[] = [
  {
    fact: "a user is created, seen, listed, deleted, and gone",
    async run({ iam }) {
      const UserName = "contract-user";
      const { User } = await iam.send(new CreateUserCommand({ UserName }));
      assert.match(User?.Arn ?? "", /^arn:aws:iam::\d{12}:user\/contract-user$/);
      const read = await iam.send(new GetUserCommand({ UserName }));
      assert.deepEqual([read.User?.UserId, read.User?.Arn], [User?.UserId, User?.Arn]);
      const { Users = [] } = await iam.send(new ListUsersCommand());
      assert.ok(Users.some((listed) => listed.UserName === UserName));
      await iam.send(new DeleteUserCommand({ UserName }));
      assert.equal((await iam.send(new ListUsersCommand())).Users?.some((user) => user.UserName === UserName), false);
    },
  },
  {
    fact: "a missing user is NoSuchEntity and a second one of the name EntityAlreadyExists",
    about: "aws error names",
    async run({ iam }) {
      const UserName = "contract-once";
      await refused(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException", 404);
      await refused(iam.send(new DeleteUserCommand({ UserName })), "NoSuchEntityException", 404);
      await iam.send(new CreateUserCommand({ UserName }));
      await refused(iam.send(new CreateUserCommand({ UserName })), "EntityAlreadyExistsException", 409);
    },
  },
  {
    fact: "users cannot differ in case alone",
    about: "user name case",
    async run({ iam }) {
      await iam.send(new CreateUserCommand({ UserName: "contract-case" }));
      const second = await refusal(iam.send(new CreateUserCommand({ UserName: "Contract-Case" })));
      assert.equal(second.status, 409);
    },
  },
  {
    fact: "a list of users goes on where its page ended",
    about: "pages of users",
    async run({ iam }) {
      for (const UserName of ["contract-p1", "contract-p2", "contract-p3"]) {
        await iam.send(new CreateUserCommand({ UserName, Path: "/contract-pages/" }));
      }
      const list = (Marker?: string) =>
        iam.send(
          new ListUsersCommand({
            PathPrefix: "/contract-pages/",
            MaxItems: 2,
            ...(Marker === undefined ? {} : { Marker }),
          }),
        );
      const first = await list();
      assert.deepEqual([first.Users?.length, first.IsTruncated], [2, true]);
      const rest = await list(first.Marker);
      assert.deepEqual([rest.Users?.map(({ UserName }) => UserName), rest.IsTruncated], [["contract-p3"], false]);
    },
  },
  {
    fact: "an inline policy is put, replaced, read, listed and deleted",
    async run({ iam }) {
      const UserName = "contract-inline";
      const PolicyName = "p";
      await iam.send(new CreateUserCommand({ UserName }));
      const other = READ_ALL.replace("GetObject", "PutObject");
      for (const PolicyDocument of [READ_ALL, other]) {
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
        const read = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
        assert.deepEqual(JSON.parse(decodeURIComponent(read.PolicyDocument ?? "")), JSON.parse(PolicyDocument));
      }
      const list = async () => (await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames;
      assert.deepEqual(await list(), [PolicyName]);
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
      assert.deepEqual(await list(), []);
    },
  },
  ...Object.entries(MALFORMED).map(([what, PolicyDocument]): ContractCase => ({
    fact: `an inline policy ${what} is malformed`,
    ...(what === "with a principal" ? { about: "principals in user policies" } : {}),
    async run({ iam }) {
      const UserName = `contract-malformed-${what.replaceAll(" ", "-")}`;
      await iam.send(new CreateUserCommand({ UserName }));
      const put = iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
      await refused(put, "MalformedPolicyDocumentException", 400);
    },
  })),
  {
    fact: "inline policies have 2048 characters a user",
    about: "policy size",
    async run({ iam }) {
      const UserName = "contract-long";
      await iam.send(new CreateUserCommand({ UserName }));
      const PolicyDocument = READ_ALL.replace('"*"', `"arn:aws:s3:::${"b".repeat(2048)}"`);
      const put = iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
      await refused(put, "LimitExceededException", 409);
    },
  },
  ...Object.entries(LEFTOVERS).map(([what, leave]): ContractCase => ({
    fact: `a user with ${what} cannot be deleted`,
    ...(what === "an access key" ? { about: "delete conflicts of keys" } : {}),
    async run({ iam }) {
      const UserName = `contract-left-${what.replaceAll(" ", "-")}`;
      await iam.send(new CreateUserCommand({ UserName }));
      await leave(iam, UserName);
      await refused(iam.send(new DeleteUserCommand({ UserName })), "DeleteConflictException", 409);
    },
  })),
  {
    fact: "tags of a user are added, replaced by key and removed by key",
    about: "iam tags",
    async run({ iam }) {
      const UserName = "contract-tagged";
      await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: "a", Value: "1" }] }));
      await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "a", Value: "2" }, { Key: "b", Value: "" }] }));
      const list = async () => (await iam.send(new ListUserTagsCommand({ UserName }))).Tags;
      assert.deepEqual(await list(), [{ Key: "a", Value: "2" }, { Key: "b", Value: "" }]);
      await iam.send(new UntagUserCommand({ UserName, TagKeys: ["a"] }));
      assert.deepEqual(await list(), [{ Key: "b", Value: "" }]);
    },
  },
];
