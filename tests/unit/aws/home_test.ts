import assert from "node:assert/strict";
import { permissionFlags } from "../../../tools/executable/permissions.ts";
import { startAwsSandbox } from "../../sandbox/aws/mod.ts";

/** Opens a connection and makes one call of each API, then says so. */
const PROGRAM = `
  import { GetUserCommand } from "@aws-sdk/client-iam";
  import { ListBucketsCommand } from "@aws-sdk/client-s3";
  import { connect } from "../../../lib/aws/connection.ts";
  import { depsFor, settingsFor } from "./connected.ts";
  const [url, accessKeyId, secretAccessKey] = Deno.args;
  const connection = connect(settingsFor(url, { credentials: { accessKeyId, secretAccessKey } }), depsFor());
  await connection.s3.send(new ListBucketsCommand({}));
  await connection.iam.send(new GetUserCommand({}));
  connection.close();
  console.log("done");
`;

/** Whoever looks for a home without HOME needs more than the desktop build may, and fails. */
const PERMISSIONS = permissionFlags("desktop");

for (
  const [what, env] of [
    ["without HOME", {}],
    ["with a HOME that nobody may read", { HOME: "/proc/1/root" }],
    ["with settings of another account in the environment", {
      HOME: "/nonexistent",
      AWS_PROFILE: "nobody",
      AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER0",
      AWS_SECRET_ACCESS_KEY: "other",
      AWS_REGION: "mars-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    }],
  ] as const
) {
  Deno.test(`clients read nothing but their settings: ${what}`, async () => {
    const sandbox = await startAwsSandbox();
    const { DENO_DIR = await denoDir(), PATH = "" } = Deno.env.toObject();
    const { accessKeyId, secretAccessKey } = sandbox.credentials;
    try {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          ...PERMISSIONS,
          "--no-check",
          "--quiet",
          "--ext=ts",
          "-",
          sandbox.url,
          accessKeyId,
          secretAccessKey,
        ],
        cwd: new URL(".", import.meta.url),
        clearEnv: true,
        env: { ...env, DENO_DIR, PATH },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(PROGRAM));
      await writer.close();
      const { code, stdout, stderr } = await child.output();
      assert.equal(new TextDecoder().decode(stderr), "");
      assert.deepEqual({ code, text: new TextDecoder().decode(stdout) }, { code: 0, text: "done\n" });
      assert.deepEqual(sandbox.requests.map((request) => request.accessKeyId), [accessKeyId, accessKeyId]);
    } finally {
      await sandbox.close();
    }
  });
}

/** Where this process keeps its modules: a child without HOME must find them too. */
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stdout: "piped" }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
