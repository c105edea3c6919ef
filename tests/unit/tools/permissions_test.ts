import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { BUILDS, permissionFlags } from "../../../tools/executable/permissions.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./one_call.ts"));

const BUCKETS = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>";
const USER = "<GetUserResponse><GetUserResult><User><UserName>a</UserName></User></GetUserResult></GetUserResponse>";

for (const build of BUILDS) {
  for (const verify of ["verified", "insecure"]) {
    Deno.test(`the permissions of the ${build} build are enough to call S3 and IAM, ${verify}`, async () => {
      await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ method }) => {
        return new Response(method === "POST" ? USER : BUCKETS, { headers: { "content-type": "application/xml" } });
      });
      const url = `http://127.0.0.1:${server.addr.port}`;
      const args = ["run", "--no-check", ...permissionFlags(build), PROGRAM, url, verify];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      const decoder = new TextDecoder();
      assert.equal(decoder.decode(stdout), "answered\nanswered\n", decoder.decode(stderr));
    });
  }
}
