import assert from "node:assert/strict";
import {
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListPolicyVersionsCommand,
  ListUserTagsCommand,
} from "@aws-sdk/client-iam";
import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { object } from "../objects.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

const statement = (action: string, resource = "*") => [{ effect: "Allow", action, resource }];

function managedPolicy(stage: Stage, name: string, action: string) {
  // A managed policy is named after its object, so the object's name must be the stage's own.
  return object("IAMPolicy", { name: stage.name(name), namespace: stage.ns }, {
    providerRef: { name: "wasabi" },
    policy: { version: "2012-10-17", statement: statement(action) },
  });
}

async function attached(stage: Stage, UserName: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await stage.iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  return AttachedPolicies.map(({ PolicyName = "" }) => PolicyName);
}

async function inline(stage: Stage, UserName: string): Promise<string> {
  const command = new GetUserPolicyCommand({ UserName, PolicyName: `${UserName}-policy` });
  return decodeURIComponent((await stage.iam.send(command)).PolicyDocument ?? "");
}

export const identityScenarios: readonly Scenario[] = [
  {
    fact: "a user is made with its inline policy, and a changed policy is applied",
    async run(stage) {
      await stage.begin();
      const user = stage.user("app", { policy: { statement: statement("s3:GetObject") } });
      await stage.applied(user);
      await stage.ready(user);
      assert.match(await inline(stage, user.spec.name), /s3:GetObject/);
      await stage.admin.patch(user, { spec: { policy: { statement: statement("s3:PutObject") } } });
      await stage.ready(user);
      assert.match(await inline(stage, user.spec.name), /s3:PutObject/);
      const { status } = await stage.admin.get(user);
      const { User } = await stage.iam.send(new GetUserCommand({ UserName: user.spec.name }));
      assert.equal(status.userId, User?.UserId);
      assert.equal(status.created, true);
    },
  },
  {
    fact: "a user without a policy gets full access to the bucket of its tag, as 0.2.x gave",
    async run(stage) {
      await stage.begin();
      const user = stage.user("app", { tags: { Bucket: "some-bucket" } });
      await stage.applied(user);
      await stage.ready(user);
      assert.match(await inline(stage, user.spec.name), /arn:aws:s3:::some-bucket\/\*/);
    },
  },
  {
    fact: "tags of a user are set and changed where IAM has tags, and a condition says so where it has none",
    async run(stage) {
      await stage.begin();
      const user = stage.user("app", { tags: { team: "a", gone: "soon" } });
      await stage.applied(user);
      await stage.ready(user);
      await stage.admin.patch(user, { spec: { tags: { team: "b", gone: null } } });
      await stage.ready(user);
      const { status } = await stage.admin.get(user);
      const unsupported = status.conditions.find(({ type }: { type: string }) => type === "Unsupported");
      if (stage.world.wasabi) return assert.equal(unsupported?.status, "True");
      assert.equal(unsupported, undefined);
      const { Tags } = await stage.iam.send(new ListUserTagsCommand({ UserName: user.spec.name }));
      assert.deepEqual(Tags, [{ Key: "team", Value: "b" }]);
    },
  },
  {
    fact:
      "a managed policy is attached by policyRef, switched and taken off, and the user is never given the default policy",
    async run(stage) {
      await stage.begin();
      const [first, second] = [managedPolicy(stage, "p1", "s3:GetObject"), managedPolicy(stage, "p2", "s3:PutObject")];
      const user = stage.user("app", { policyRef: { name: first.metadata.name } });
      await stage.applied(user);
      await stage.refused(user, "PolicyNotReady");
      await stage.applied(first, second);
      await stage.ready(first, second, user);
      assert.deepEqual(await attached(stage, user.spec.name), [first.metadata.name]);
      await assert.rejects(inline(stage, user.spec.name));
      await stage.until(first, "to name its user", ({ status }) => status.attachedUsers?.includes(user.spec.name));
      await stage.admin.patch(user, { spec: { policyRef: { name: second.metadata.name } } });
      await stage.ready(user);
      assert.deepEqual(await attached(stage, user.spec.name), [second.metadata.name]);
      await stage.admin.patch(user, { spec: { policyRef: null, policy: { statement: statement("s3:GetObject") } } });
      await stage.ready(user);
      assert.deepEqual(await attached(stage, user.spec.name), []);
      assert.match(await inline(stage, user.spec.name), /s3:GetObject/);
    },
  },
  {
    fact: "a managed policy takes every change of its document, with at most five versions kept",
    async run(stage) {
      await stage.begin();
      const policy = managedPolicy(stage, "p", "s3:GetObject");
      await stage.applied(policy);
      await stage.ready(policy);
      for (let round = 1; round <= 7; round++) {
        await stage.admin.patch(policy, { spec: { policy: { statement: statement(`s3:Get${"X".repeat(round)}`) } } });
        await stage.ready(policy);
      }
      const { status: { policyArn: PolicyArn } } = await stage.admin.get(policy);
      const { Versions = [] } = await stage.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
      assert.ok(Versions.length <= 5);
      const { Policy } = await stage.iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = await stage.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      assert.match(decodeURIComponent(PolicyVersion?.Document ?? ""), /s3:GetXXXXXXX"/);
    },
  },
  {
    fact: "a bucket policy goes to the bucket that its Bucket object names, and goes with its object",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("cr-name", { name: stage.name("other-name") });
      const Bucket = bucket.spec.name;
      const policy = object("BucketPolicy", { name: "policy", namespace: stage.ns }, {
        bucketRef: { name: "cr-name" },
        policy: {
          statement: [{
            effect: "Deny",
            principal: "*",
            action: "s3:DeleteObject",
            resource: `arn:aws:s3:::${Bucket}/*`,
          }],
        },
      });
      await stage.applied(policy);
      await stage.refused(policy, "BucketNotReady");
      await stage.applied(bucket);
      await stage.ready(bucket, policy);
      assert.match((await stage.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "", /s3:DeleteObject/);
      await stage.deleted(policy);
      await assert.rejects(stage.s3.send(new GetBucketPolicyCommand({ Bucket })), /policy/i);
    },
  },
  {
    fact: "a policy that a person writes takes the place of the auto-managed one, which comes back afterwards",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto");
      const Bucket = bucket.spec.name;
      await stage.applied(bucket);
      await stage.ready(bucket);
      const child = { kind: "BucketPolicy", metadata: { name: "auto-policy", namespace: stage.ns } };
      const own = object("BucketPolicy", { name: "mine", namespace: stage.ns }, {
        bucketRef: { name: "auto" },
        policy: {
          statement: [{
            sid: "Mine",
            effect: "Deny",
            principal: "*",
            action: "s3:DeleteBucket",
            resource: `arn:aws:s3:::${Bucket}`,
          }],
        },
      });
      await stage.applied(own);
      await stage.ready(own);
      await stage.gone(child);
      assert.match((await stage.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "", /Mine/);
      await stage.deleted(own);
      await stage.ready(child, bucket);
      assert.match((await stage.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "", /Access/);
    },
  },
  {
    fact: "a user that exists already is refused until it is adopted, and an adopted one outlives its object",
    async run(stage) {
      await stage.begin();
      const user = stage.user("app", { policy: { statement: statement("s3:GetObject") } });
      const UserName = user.spec.name;
      await stage.iam.send(new CreateUserCommand({ UserName }));
      await stage.applied(user);
      assert.match(await stage.refused(user, "AlreadyExists"), /kubectl annotate .*adopt=true/);
      await stage.admin.annotate(user, { "s3.cloud37.dev/adopt": "true" });
      await stage.ready(user);
      assert.match(await inline(stage, UserName), /s3:GetObject/);
      await stage.deleted(user);
      await stage.iam.send(new GetUserCommand({ UserName }));
      await assert.rejects(inline(stage, UserName));
    },
  },
];
