import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { withWorld, type World } from "./world.ts";

const BARE = { providerRef: { name: "wasabi" }, autoManage: { enabled: false }, name: "app-data" };
const auth = (world: World) => world.condition("Provider", "wasabi", "AuthValid")?.status;
const endpoint = (world: World) => world.condition("Provider", "wasabi", "EndpointReachable")?.status;
const alone = { withProvider: false } as const;

Deno.test("a Provider whose endpoint answers and whose credentials work is ready, and rests", () =>
  withWorld(alone, async (world) => {
    world.provider();
    await world.settle();
    assert.equal(world.ready("Provider", "wasabi"), "True");
    assert.deepEqual([auth(world), endpoint(world)], ["True", "True"]);
    const { status } = world.object("Provider", "wasabi");
    assert.deepEqual([status.connected, status.accountId], [true, "123456789012"]);
    assert.ok(status.lastConnectTime);
    await world.assertAtRest();
  }));

/** Secrets that are not as the Provider says, and what the condition names. */
const MISSING: Record<string, { spoil: (world: World) => void; says: RegExp }> = {
  "no Secret": {
    spoil: (world) => world.cluster.erase("secrets", { namespace: "demo", name: "root" }),
    says: /^CredentialsInvalid: Secret demo\/root \(spec\.auth\.accessKeySecretRef\) does not exist: create it/,
  },
  "no key": {
    spoil: (world) => world.secret("root", { "access-key": "x" }),
    says: /^CredentialsInvalid: .*spec\.auth\.secretKeySecretRef.* has no key "secret-key"/,
  },
  "an empty key": {
    spoil: (world) => world.secret("root", { "access-key": " \n", "secret-key": "x" }),
    says: /^CredentialsInvalid: .* is empty at key "access-key"/,
  },
  "a key of two lines": {
    spoil: (world) => world.secret("root", { "access-key": "x", "secret-key": "one\ntwo" }),
    says: /^CredentialsInvalid: .* holds no credential at key "secret-key"/,
  },
  "a key that is no text": {
    spoil: (world) => world.secret("root", { "access-key": "\u0001\u00ff", "secret-key": "x" }),
    says: /^CredentialsInvalid: .* holds no credential at key "access-key"/,
  },
};
for (const [name, { spoil, says }] of Object.entries(MISSING)) {
  Deno.test(`a Provider with ${name} says what is missing, looks again after 5 s, and recovers`, () =>
    withWorld(alone, async (world) => {
      world.provider();
      spoil(world);
      const requeue = await world.pass("Provider", "wasabi");
      assert.deepEqual(requeue, { afterMs: 5000 });
      assert.match(world.ready("Provider", "wasabi"), says);
      assert.equal(auth(world), "False");
      await world.assertAtRest();
      assert.deepEqual(world.calls(), []);
      world.provider();
      await world.settle();
      assert.equal(world.ready("Provider", "wasabi"), "True");
      const after = await world.pass("Provider", "wasabi");
      assert.deepEqual(after, { afterMs: 300_000 });
    }));
}

Deno.test("wrong credentials are tried once until the Secret changes, and then work at once", () =>
  withWorld(alone, async (world) => {
    world.provider();
    world.secret("root", { "access-key": world.aws.credentials.accessKeyId, "secret-key": "wrong" });
    await world.pass("Provider", "wasabi");
    assert.match(world.ready("Provider", "wasabi"), /^CredentialsInvalid: ListBuckets: SignatureDoesNotMatch/);
    assert.deepEqual([auth(world), endpoint(world)], ["False", "True"]);
    assert.equal(world.object("Provider", "wasabi").status.connected, false);
    world.forget();
    for (let count = 0; count < 10; count++) {
      world.later(5000);
      assert.deepEqual(await world.pass("Provider", "wasabi"), { afterMs: 5000 });
    }
    assert.deepEqual([...world.calls(), ...world.cluster.writes, ...world.reasons()], []);
    world.provider();
    world.later(5000);
    await world.pass("Provider", "wasabi");
    assert.equal(world.ready("Provider", "wasabi"), "True");
    assert.deepEqual([auth(world), endpoint(world)], ["True", "True"]);
  }));

Deno.test("wrong credentials are tried again after five minutes", () =>
  withWorld(alone, async (world) => {
    world.provider();
    world.secret("root", { "access-key": "AKIAUNKNOWN000000000", "secret-key": "wrong" });
    await world.pass("Provider", "wasabi");
    world.later(300_001);
    await world.pass("Provider", "wasabi");
    assert.deepEqual(world.calls(), ["s3:ListBuckets", "s3:ListBuckets"]);
  }));

Deno.test("credentials without the right to list buckets are fine", () =>
  withWorld(alone, async (world) => {
    world.faults.on("s3:ListBuckets", { do: "fail", status: 403, code: "AccessDenied" });
    world.provider();
    await world.settle();
    assert.equal(world.ready("Provider", "wasabi"), "True");
  }));

Deno.test("a Provider without iamEndpoint is ready", () =>
  withWorld(alone, async (world) => {
    world.provider({ iamEndpoint: undefined });
    await world.settle();
    assert.equal(world.ready("Provider", "wasabi"), "True");
    assert.deepEqual(world.calls().filter((name) => name.startsWith("iam:")), []);
  }));

const UNREACHABLE: Record<string, { spec?: Loose; spoil?: (world: World) => void; says: RegExp }> = {
  "a closed port": { spec: { endpoint: "http://127.0.0.1:1" }, says: /^EndpointUnreachable: .*127\.0\.0\.1:1/ },
  "no answer in time": {
    spoil: (world) => world.timesOut = () => true,
    says: /^EndpointUnreachable: .*did not answer in time/,
  },
  "a server error": {
    spoil: ({ faults }) => faults.on("s3:ListBuckets", { do: "fail", status: 503, code: "Unavailable" }),
    says: /^EndpointUnreachable: ListBuckets: Unavailable/,
  },
  "a refusal that is not S3's": {
    spoil: ({ faults }) => faults.on("s3:ListBuckets", { do: "fail", status: 403, code: "" }),
    says: /^EndpointUnreachable: /,
  },
  "a page that is not S3's": {
    spoil: ({ faults }) => faults.on("s3:ListBuckets", { do: "fail", status: 200, code: "x" }),
    says: /^EndpointUnreachable: /,
  },
};
for (const [name, { spec = {}, spoil = () => {}, says }] of Object.entries(UNREACHABLE)) {
  Deno.test(`an endpoint with ${name} is unreachable, says so once, and recovers`, () =>
    withWorld(alone, async (world) => {
      spoil(world);
      world.provider(spec);
      await world.pass("Provider", "wasabi");
      assert.match(world.ready("Provider", "wasabi"), says);
      assert.deepEqual([auth(world), endpoint(world)], ["Unknown", "False"]);
      assert.deepEqual(world.reasons(), ["ValidateFailed"]);
      world.forget();
      await world.pass("Provider", "wasabi");
      assert.deepEqual([...world.cluster.writes, ...world.reasons()], []);
      world.faults.clear();
      world.timesOut = () => false;
      world.provider();
      await world.settle();
      assert.equal(world.ready("Provider", "wasabi"), "True");
    }));
}

Deno.test("revoked credentials are noticed through a dependant's call, and a corrected Secret mends all", () =>
  withWorld({}, async (world) => {
    world.aws.seed.user("operator", {
      inline: { all: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } },
    });
    const key = world.aws.seed.accessKey("operator");
    world.secret("root", { "access-key": key.id, "secret-key": key.secret });
    await world.settle();
    world.apply("Bucket", "app", { ...BARE, tagging: { tags: { a: "1" } }, versioning: { enabled: true } });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    world.aws.state.users.get("operator")!.keys.length = 0;
    await world.pass("Bucket", "app");
    assert.match(world.ready("Bucket", "app"), /^CredentialsInvalid: /);
    assert.deepEqual(world.enqueued, ["Provider demo/wasabi"]);
    await world.pass("Provider", "wasabi");
    assert.equal(auth(world), "False");
    await world.pass("Bucket", "app");
    assert.deepEqual(world.types("Bucket", "app"), ["ProviderNotReady", "Reconciling"]);
    world.provider();
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

for (const kind of ["User", "IAMPolicy", "BucketPolicy"] as const) {
  Deno.test(`a ${kind} whose call shows refused credentials asks for a look at its Provider`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "app", BARE);
      await world.settle();
      const policy = { statement: [{ effect: "Allow", principal: "*", action: "s3:GetObject", resource: "*" }] };
      const own = { statement: [{ effect: "Allow", action: "s3:GetObject", resource: "*" }] };
      const specs = {
        User: { providerRef: BARE.providerRef, name: "u" },
        IAMPolicy: { providerRef: BARE.providerRef, policy: own },
        BucketPolicy: { bucketRef: { name: "app" }, policy },
      };
      world.apply(kind, "x", specs[kind], {}, { status: { provider: { name: "wasabi", namespace: "demo" } } });
      world.aws.state.users.clear();
      world.timesOut = () => false;
      for (const name of ["s3:GetBucketPolicy"]) {
        world.faults.on(name, { do: "fail", status: 403, code: "InvalidAccessKeyId" });
      }
      Object.assign(world.aws.credentials, { secretAccessKey: "changed behind our back" });
      await world.pass(kind, "x");
      assert.deepEqual(world.enqueued, ["Provider demo/wasabi"]);
    }));
}

Deno.test("TLS, path style, retries and regions reach the clients", () =>
  withWorld(alone, async (world) => {
    world.secret("ca", { "ca.crt": "PEM" });
    world.provider({
      tls: { insecureSkipVerify: true },
      pathStyle: false,
      retry: { maxAttempts: 7, backoffStrategy: "linear" },
      iamRegion: "eu-west-1",
    });
    await world.pass("Provider", "wasabi");
    const { tls, pathStyle, retry, iamRegion, region } = world.opened.at(-1)!;
    assert.deepEqual({ tls, pathStyle, retry, iamRegion, region }, {
      tls: { insecureSkipVerify: true },
      pathStyle: false,
      retry: { maxAttempts: 7, backoffStrategy: "linear" },
      iamRegion: "eu-west-1",
      region: "us-east-1",
    });
  }));

for (const [field, region] of [["region", "eu central"], ["region", ""], ["iamRegion", "žluť"]] as const) {
  Deno.test(`a Provider whose ${field} is "${region}" says so, and asks nobody`, () =>
    withWorld(alone, async (world) => {
      world.provider({ [field]: region });
      await world.pass("Provider", "wasabi");
      assert.match(
        world.ready("Provider", "wasabi"),
        new RegExp(`^EndpointUnreachable: spec.${field} "${region}" is no`),
      );
      assert.deepEqual([auth(world), endpoint(world)], ["Unknown", "False"]);
      assert.deepEqual(world.calls(), []);
    }));
}

Deno.test("a missing certificate Secret is named", () =>
  withWorld(alone, async (world) => {
    world.provider({ tls: { caCertSecretRef: { name: "ca" } } });
    await world.pass("Provider", "wasabi");
    assert.match(world.ready("Provider", "wasabi"), /Secret demo\/ca \(spec\.tls\.caCertSecretRef\) does not exist/);
  }));

Deno.test("a Secret that holds no certificate where one should be is named", () =>
  withWorld(alone, async (world) => {
    world.secret("ca", { "ca.crt": "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----" });
    world.provider({ tls: { caCertSecretRef: { name: "ca" } } });
    await world.pass("Provider", "wasabi");
    const says =
      /^CredentialsInvalid: Secret demo\/ca \(spec\.tls\.caCertSecretRef\) holds no certificate at key "ca\.crt"/;
    assert.match(world.ready("Provider", "wasabi"), says);
  }));

Deno.test("a Provider in use keeps its finalizer, with a count and some names, until the last user is gone", () =>
  withWorld({}, async (world) => {
    for (const name of ["a", "b", "c", "d"]) {
      world.apply("Bucket", name, { ...BARE, name: `bucket-${name}`, deletionPolicy: "Delete" });
    }
    await world.settle();
    world.remove("Provider", "wasabi");
    await world.pass("Provider", "wasabi");
    assert.equal(
      world.ready("Provider", "wasabi"),
      "InUse: 4 object(s) still use this Provider: Bucket demo/a, Bucket demo/b, Bucket demo/c, …",
    );
    assert.equal(world.object("Provider", "wasabi").status.inUseBy, 4);
    assert.deepEqual(world.reasons().filter((reason) => reason === "DeletionBlocked"), ["DeletionBlocked"]);
    for (const name of ["a", "b", "c", "d"]) world.remove("Bucket", name);
    await world.settle();
    assert.equal(world.object("Provider", "wasabi"), undefined);
    assert.equal(world.aws.state.buckets.size, 0);
  }));

Deno.test("an object that is not ready yet waits for its Provider, which costs no call", () =>
  withWorld(alone, async (world) => {
    world.apply("Bucket", "app", BARE);
    await world.settle();
    assert.match(world.ready("Bucket", "app"), /^ProviderNotReady: Provider demo\/wasabi does not exist/);
    assert.deepEqual(world.types("Bucket", "app"), ["ProviderNotReady", "Reconciling"]);
    await world.assertAtRest(2);
    assert.deepEqual(world.calls(), []);
    world.provider();
    await world.settle();
    assert.deepEqual(world.types("Bucket", "app"), ["Ready"]);
  }));
