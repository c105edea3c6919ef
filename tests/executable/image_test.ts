import assert from "node:assert/strict";
import { stringify } from "yaml";
import { waitFor } from "../api/processes.ts";
import type { Loose } from "../scenarios/admin.ts";
import { valueOf } from "../scenarios/objects.ts";
import { startInImage } from "./image.ts";
import { bucket, IDENTITIES, openWorld, type World } from "./world.ts";

const LEASE = { kind: "Lease", metadata: { namespace: "default", name: "wasabi-s3-operator" } };

for (const identity of IDENTITIES) {
  Deno.test(`in its image, by ${identity}, the operator does its whole job`, async (test) => {
    await using world = await openWorld(identity);
    const { operator, admin, aws, front } = world;
    await test.step("it is user 65532, in a read-only file system without shell and /tmp", () =>
      assertConfined(operator.pid));
    await test.step("a bucket becomes Ready, and its key works, over TLS of an own authority", async () => {
      const { status } = await world.ready(bucket("first"));
      const key = await admin.get({
        kind: "Secret",
        metadata: { namespace: "default", name: status.credentialsSecret },
      });
      assert.ok(aws.secrets.includes(valueOf(key, "secret-access-key")));
    });
    await test.step("after every connection broke, it hears of what is new", async () => {
      assert.ok(front.cut() > 0);
      await world.ready(bucket("second"));
    });
    await test.step("metadata of a cloud are no endpoint", () => assertNoMetadata(world));
    await test.step("deleted objects go, and their users and keys with them", async () => {
      for (const name of ["first", "second"]) {
        await admin.remove(bucket(name));
        await waitFor(
          `Bucket ${name} to go`,
          async () => await admin.get(bucket(name)) === undefined,
          60_000,
          operator.log,
        );
      }
      assert.deepEqual([...aws.state.users.keys()], []);
    });
    await test.step("on SIGTERM it gives its Lease back and ends with 0", async () => {
      assert.notEqual((await admin.get(LEASE)).spec.holderIdentity ?? "", "");
      await operator.stop("SIGTERM");
      assert.equal((await operator.status).code, 0, operator.log());
      assert.equal((await admin.get(LEASE)).spec.holderIdentity ?? "", "");
    });
  });
}

Deno.test("in its image, a kubeconfig that starts a program is refused by the name of the other build", async () => {
  const config = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${config}/config`, stringify(withPlugin()));
    await Deno.chmod(config, 0o755);
    const operator = await startInImage(["--kubeconfig=/etc/wasabi-s3-operator/config"], { config });
    assert.equal((await operator.status).code, 1);
    await operator.stop();
    assert.match(operator.log(), /needs the program "aws", and the build for pods starts none: use the desktop build/);
  } finally {
    await Deno.remove(config, { recursive: true });
  }
});

/** Looks at the process from outside. */
async function assertConfined(pid: number): Promise<void> {
  const [status, mounts] = await Promise.all(
    ["status", "mounts"].map((name) => Deno.readTextFile(`/proc/${pid}/${name}`)),
  );
  assert.match(status ?? "", /^Uid:(\t65532){4}$/m);
  assert.match(status ?? "", /^Gid:(\t65532){4}$/m);
  assert.match(mounts ?? "", /^\S+ \/ \S+ ro,/m);
  const root = (await Array.fromAsync(Deno.readDir(`/proc/${pid}/root`))).map(({ name }) => name);
  assert.ok(root.includes("wasabi-s3-operator") && !root.includes("tmp"), `${root}`);
  await assert.rejects(Deno.stat(`/proc/${pid}/root/bin/sh`), Deno.errors.NotFound);
}

/** A Provider at an address where clouds hand out credentials is told that it cannot be reached; nothing is sent. */
async function assertNoMetadata({ admin, operator }: World): Promise<void> {
  const provider = await admin.get({ kind: "Provider", metadata: { namespace: "default", name: "wasabi" } });
  const { type, auth } = provider.spec;
  const endpoint = "http://169.254.169.254";
  const object = {
    ...provider,
    metadata: { namespace: "default", name: "metadata" },
    spec: { type, auth, endpoint, region: "us-east-1", retry: { maxAttempts: 1 } },
    status: undefined,
  };
  await admin.create(object);
  const condition = async () =>
    (await admin.get(object)).status?.conditions?.find((each: Loose) => each.type === "EndpointReachable");
  await waitFor("the Provider's condition", async () => (await condition())?.status === "False", 60_000, operator.log);
  assert.match(
    (await condition()).message,
    /169\.254\.169\.254: addresses where clouds hand out credentials are denied/,
  );
  await admin.remove(object);
}

function withPlugin(): Loose {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "aws" };
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "c", user: { exec } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
  };
}
