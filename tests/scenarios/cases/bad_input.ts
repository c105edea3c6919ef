import assert from "node:assert/strict";
import type { Loose } from "../admin.ts";
import { refusedAtAdmission } from "../admission.ts";
import { object, secret } from "../objects.ts";
import { condition } from "../stage.ts";
import { othersGoOn } from "./others.ts";
import type { Scenario } from "../world.ts";

export const badInputScenarios: readonly Scenario[] = [
  {
    fact: "a missing Provider is ProviderNotReady, and its arrival wakes the bucket",
    async run(stage) {
      await stage.begin();
      const [credentials, provider] = stage.providerObjects();
      const bucket = stage.plainBucket("data", { providerRef: { name: "later" } });
      await stage.applied(bucket);
      assert.match(await stage.refused(bucket, "ProviderNotReady"), /later does not exist/);
      await stage.event(bucket, "ReconcileFailed");
      const { status } = await stage.admin.get(bucket);
      assert.equal(condition(status, "ProviderNotReady").status, "True");
      await stage.applied(credentials, { ...provider, metadata: { ...provider.metadata, name: "later" } });
      await stage.ready(bucket);
      assert.equal(condition((await stage.admin.get(bucket)).status, "ProviderNotReady"), undefined);
    },
  },
  {
    fact: "a missing Secret and a missing key in it are CredentialsInvalid by name, and mend themselves",
    async run(stage) {
      await stage.namespace();
      const [credentials, provider] = stage.providerObjects();
      await stage.applied(provider);
      await stage.operator();
      assert.match(await stage.refused(provider, "CredentialsInvalid"), /wasabi-credentials.*does not exist/);
      await stage.event(provider, "ValidateFailed");
      assert.equal(condition((await stage.admin.get(provider)).status, "AuthValid").status, "False");
      await stage.applied(secret(credentials.metadata, { "access-key": "AKIA0000000000000000" }));
      await stage.until(
        provider,
        "to name the key",
        ({ status }) => condition(status, "Ready").message.includes('no key "secret-key"'),
      );
      await stage.applied(credentials);
      await stage.ready(provider);
      await othersGoOn(stage);
    },
  },
  {
    fact: "wrong credentials are CredentialsInvalid without hammering, and recover soon after the Secret is corrected",
    needs: ["strict service"],
    async run(stage) {
      await stage.namespace();
      const { accessKeyId } = stage.world.credentials;
      const [wrong, provider] = stage.providerObjects({ credentials: { accessKeyId, secretAccessKey: "wrong" } });
      const bucket = stage.plainBucket("data");
      const { sandbox } = stage.world;
      sandbox?.forgetRequests();
      await stage.applied(wrong, provider, bucket);
      await stage.operator();
      await stage.refused(provider, "CredentialsInvalid");
      await stage.refused(bucket, "ProviderNotReady");
      assert.ok((sandbox?.requests.length ?? 99) <= 2, "the service was asked once");
      const [right] = stage.providerObjects();
      await stage.applied(right);
      await stage.ready(provider, bucket);
      assert.equal(condition((await stage.admin.get(provider)).status, "AuthValid").status, "True");
    },
  },
  {
    fact: "credentials that are revoked later are noticed, and new ones take their place",
    needs: ["strict service"],
    async run(stage) {
      await stage.namespace();
      const { CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, PutUserPolicyCommand } = await import(
        "@aws-sdk/client-iam"
      );
      const UserName = stage.name("operator");
      await stage.iam.send(new CreateUserCommand({ UserName }));
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      });
      await stage.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument }));
      const make = async () => {
        const { AccessKey } = await stage.iam.send(new CreateAccessKeyCommand({ UserName }));
        return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
      };
      const [first, second] = [await make(), await make()];
      const [credentials, provider] = stage.providerObjects({ credentials: first });
      const bucket = stage.plainBucket("data");
      await stage.applied(credentials, provider, bucket);
      await stage.operator("--drift-check-interval-seconds=1");
      await stage.ready(provider, bucket);
      await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: first.accessKeyId }));
      await stage.refused(provider, "CredentialsInvalid");
      const [corrected] = stage.providerObjects({ credentials: second });
      await stage.applied(corrected);
      await stage.ready(provider, bucket);
    },
  },
  {
    fact: "an endpoint that cannot be reached is EndpointUnreachable, and another Provider's objects go on",
    async run(stage) {
      await stage.begin();
      const [, provider] = stage.providerObjects({ spec: { endpoint: "http://127.0.0.1:1", iamEndpoint: null } });
      provider.metadata.name = "dead";
      delete provider.spec.iamEndpoint;
      const bucket = stage.plainBucket("data", { providerRef: { name: "dead" } });
      await stage.applied(provider, bucket);
      await stage.refused(provider, "EndpointUnreachable");
      await stage.event(provider, "ValidateFailed");
      await stage.refused(bucket, "ProviderNotReady");
      assert.equal(condition((await stage.admin.get(provider)).status, "EndpointReachable").status, "False");
      await othersGoOn(stage);
    },
  },
  {
    fact: "an endpoint that is no S3 is EndpointUnreachable",
    async run(stage) {
      await stage.begin();
      await using server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        () => new Response("<html>Hello</html>", { headers: { "content-type": "text/html" } }),
      );
      const [, provider] = stage.providerObjects({ spec: { endpoint: `http://127.0.0.1:${server.addr.port}` } });
      provider.metadata.name = "web";
      delete provider.spec.iamEndpoint;
      await stage.applied(provider);
      await stage.refused(provider, "EndpointUnreachable");
      await othersGoOn(stage);
      await stage.deleted(provider);
    },
  },
  {
    fact: "IAM work at a Provider without iamEndpoint says which field is missing",
    async run(stage) {
      await stage.begin();
      const [, provider] = stage.providerObjects();
      provider.metadata.name = "s3-only";
      delete provider.spec.iamEndpoint;
      const user = stage.user("app", { providerRef: { name: "s3-only" } });
      // First, for a Provider that is not ready yet would have the same reason.
      await stage.applied(provider);
      await stage.ready(provider);
      await stage.applied(user);
      assert.match(await stage.refused(user, "ProviderNotReady"), /spec\.iamEndpoint/);
      await stage.event(user, "ReconcileFailed");
      await othersGoOn(stage);
    },
  },
  {
    fact: "a policy that cannot be right is PolicyInvalid, names its field, and a corrected one is applied",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      const statement = { effect: "Allow", action: 7, resource: "*" };
      const user = stage.user("app", { policy: { statement: [statement] } });
      const policy = object("BucketPolicy", { name: "policy", namespace: stage.ns }, {
        bucketRef: { name: "data" },
        policy: { statement: [{ effect: "Deny", principal: {}, action: "s3:GetObject", resource: "*" }] },
      });
      await stage.applied(bucket, user, policy);
      assert.match(await stage.refused(user, "PolicyInvalid"), /spec\.policy\.statement\[0\]\.action/);
      assert.match(await stage.refused(policy, "PolicyInvalid"), /principal/);
      assert.equal(condition((await stage.admin.get(policy)).status, "PolicyInvalid").status, "True");
      await stage.event(policy, "PolicyFailed");
      await stage.admin.patch(user, { spec: { policy: { statement: [{ ...statement, action: "s3:GetObject" }] } } });
      await stage.ready(user);
    },
  },
  {
    fact: "a policy that the service calls malformed is PolicyInvalid, and the object can still be deleted",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      const policy = object("BucketPolicy", { name: "policy", namespace: stage.ns }, {
        bucketRef: { name: "data" },
        policy: {
          statement: [{
            effect: "Deny",
            principal: "*",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::another-bucket/*",
          }],
        },
      });
      await stage.applied(bucket, policy);
      await stage.refused(policy, "PolicyInvalid");
      await stage.event(policy, "PolicyFailed");
      await stage.deleted(policy);
      await othersGoOn(stage);
    },
  },
  {
    fact: "policy with policyRef, userRef with userName, and edits of immutable fields are refused at admission",
    async run(stage) {
      await stage.namespace();
      const both = stage.user("both", {
        policy: { statement: [{ effect: "Allow", action: "s3:GetObject", resource: "*" }] },
        policyRef: { name: "p" },
      });
      assert.match(await refusedAtAdmission(stage.admin.create(both)), /policyRef/);
      const named = stage.bucket("named", { userRef: { name: "u" }, autoManage: { userName: "u" } });
      assert.match(await refusedAtAdmission(stage.admin.create(named)), /userRef/);
      const edits: [Loose, Loose, RegExp][] = [
        [stage.plainBucket("data"), { name: "another-name" }, /spec\.name is immutable/],
        [stage.plainBucket("data"), { providerRef: { name: "another" } }, /spec\.providerRef is immutable/],
        [stage.user("app"), { name: "another" }, /spec\.name is immutable/],
        [stage.accessKey("key", "app"), { providerRef: { name: "another" } }, /spec\.providerRef is immutable/],
      ];
      for (const [each, spec, message] of edits) {
        await stage.admin.apply(each);
        assert.match(await refusedAtAdmission(stage.admin.patch(each, { spec })), message);
      }
    },
  },
  {
    fact: "a reference to another namespace works only while its target grants it",
    async run(stage) {
      const home = await stage.namespace();
      const other = await stage.namespace("-other");
      const [credentials, provider] = stage.providerObjects({ namespace: other });
      const bucket = stage.plainBucket("data", { providerRef: { name: "wasabi", namespace: other } });
      await stage.applied(credentials, provider, bucket);
      await stage.operator();
      assert.match(await stage.refused(bucket, "ReferenceNotGranted"), /allowedNamespaces/);
      await stage.admin.patch(provider, { spec: { allowedNamespaces: [home] } });
      await stage.ready(bucket);
      await stage.admin.patch(provider, { spec: { allowedNamespaces: [] } });
      await stage.refused(bucket, "ReferenceNotGranted");
      await stage.deleted(bucket);
    },
  },
];
