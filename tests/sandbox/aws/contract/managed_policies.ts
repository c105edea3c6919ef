import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
} from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { type ContractCase, refused } from "./case.ts";
import { READ_ALL } from "./users.ts";

async function policy(iam: IAMClient, PolicyName: string): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: READ_ALL }));
  return Policy?.Arn ?? "";
}

function newVersion(iam: IAMClient, PolicyArn: string, SetAsDefault: boolean) {
  return iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ_ALL, SetAsDefault }));
}

/** Managed policies: versions and attachments. */
export const managedPolicyCases: readonly ContractCase[] = [
  {
    fact: "a managed policy is created, read and deleted",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-managed");
      assert.match(PolicyArn, /^arn:aws:iam::\d{12}:policy\/contract-managed$/);
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      assert.deepEqual([Policy?.DefaultVersionId, Policy?.AttachmentCount], ["v1", 0]);
      const VersionId = "v1";
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      assert.deepEqual(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")), JSON.parse(READ_ALL));
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
    },
  },
  {
    fact: "a missing policy is NoSuchEntity and a second one of the name EntityAlreadyExists",
    about: "aws error names",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-policy-once");
      await refused(policy(iam, "contract-policy-once"), "EntityAlreadyExistsException", 409);
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
      await refused(iam.send(new GetPolicyCommand({ PolicyArn })), "NoSuchEntityException", 404);
    },
  },
  {
    fact: "a new version is in force only where it says so, and the number goes up",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-in-force");
      await newVersion(iam, PolicyArn, false);
      const inForce = async () => (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId;
      assert.equal(await inForce(), "v1");
      await newVersion(iam, PolicyArn, true);
      assert.equal(await inForce(), "v3");
      await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
      assert.equal(await inForce(), "v2");
      const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
      assert.deepEqual(Versions.map(({ VersionId }) => VersionId).sort(), ["v1", "v2", "v3"]);
      assert.deepEqual(Versions.filter((version) => version.IsDefaultVersion).map((version) => version.VersionId), [
        "v2",
      ]);
    },
  },
  {
    fact: "a policy has five versions at most",
    about: "version limit",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-five");
      for (let version = 2; version <= 5; version++) await newVersion(iam, PolicyArn, true);
      await refused(newVersion(iam, PolicyArn, true), "LimitExceededException", 409);
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
      const { PolicyVersion } = await newVersion(iam, PolicyArn, true);
      assert.equal(PolicyVersion?.VersionId, "v6");
    },
  },
  {
    fact: "the version in force cannot be deleted",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-default");
      const remove = iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
      await refused(remove, "DeleteConflictException", 409);
    },
  },
  {
    fact: "a policy is attached, twice without harm, shown from both sides, and detached",
    async run({ iam }) {
      const UserName = "contract-attached";
      await iam.send(new CreateUserCommand({ UserName }));
      const PolicyArn = await policy(iam, "contract-attach");
      const attached = async () =>
        (await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.map((entry) =>
          entry.PolicyArn
        );
      const entities = async () =>
        (await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))).PolicyUsers?.map((entry) => entry.UserName);
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      assert.deepEqual([await attached(), await entities()], [[PolicyArn], [UserName]]);
      await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
      assert.deepEqual([await attached(), await entities()], [[], []]);
    },
  },
  {
    fact: "a policy attached twice counts once",
    about: "attachment count",
    async run({ iam }) {
      const UserName = "contract-counted";
      await iam.send(new CreateUserCommand({ UserName }));
      const PolicyArn = await policy(iam, "contract-count");
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      assert.equal((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount, 1);
    },
  },
  {
    fact: "a policy that is attached cannot be deleted",
    about: "delete conflicts of policies",
    async run({ iam }) {
      const UserName = "contract-holds";
      await iam.send(new CreateUserCommand({ UserName }));
      const PolicyArn = await policy(iam, "contract-held");
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      await refused(iam.send(new DeletePolicyCommand({ PolicyArn })), "DeleteConflictException", 409);
    },
  },
  {
    fact: "a policy with other versions cannot be deleted",
    about: "delete conflicts of policies",
    async run({ iam }) {
      const PolicyArn = await policy(iam, "contract-versioned");
      await newVersion(iam, PolicyArn, true);
      await refused(iam.send(new DeletePolicyCommand({ PolicyArn })), "DeleteConflictException", 409);
    },
  },
];
