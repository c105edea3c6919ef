import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import project from "../../../deno.json" with { type: "json" };

const PROGRAM = fileURLToPath(import.meta.resolve("./one_call.ts"));

const BUCKETS = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>";
const USER = "<GetUserResponse><GetUserResult><User><UserName>a</UserName></User></GetUserResult></GetUserResponse>";

/** The permissions that a task gives to the operator. */
function permissionsOf(task: "start" | "compile"): string[] {
  return project.tasks[task].command.split(" ").filter((word) => word.startsWith("--allow-"));
}

for (const task of ["start", "compile"] as const) {
  for (const verify of ["verified", "insecure"]) {
    Deno.test(`the permissions of task ${task} are enough to call S3 and IAM, ${verify}`, async () => {
      await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ method }) => {
        return new Response(method === "POST" ? USER : BUCKETS, { headers: { "content-type": "application/xml" } });
      });
      const url = `http://127.0.0.1:${server.addr.port}`;
      const args = ["run", "--no-prompt", "--no-check", ...permissionsOf(task), PROGRAM, url, verify];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      const decoder = new TextDecoder();
      assert.equal(decoder.decode(stdout), "answered\nanswered\n", decoder.decode(stderr));
    });
  }
}

Deno.test("the operator may not write files; it may run programs, for the exec plugins of a kubeconfig", () => {
  assert.deepEqual(permissionsOf("compile"), [
    "--allow-net",
    "--allow-read",
    "--allow-env",
    "--allow-sys=hostname,osRelease",
    "--allow-run",
  ]);
  assert.deepEqual(permissionsOf("start"), permissionsOf("compile"));
});
