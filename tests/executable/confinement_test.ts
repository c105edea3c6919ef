import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runtimeFlags } from "../../tools/executable/compiler.ts";
import { CONFINED_PROBE } from "./programs.ts";

const PROBE = fileURLToPath(new URL("./probe.ts", import.meta.url));

/** What must come of each attempt of the probe. */
const EXPECTED: Readonly<Record<string, string>> = {
  "run a command": "NotCapable",
  "run a command by node:child_process": "Error",
  "read /etc/passwd": "NotCapable",
  "read /etc/passwd from beside the certificates": "NotCapable",
  "read the environment of the process": "NotCapable",
  "read another token of the pod": "NotCapable",
  "list the root": "NotCapable",
  "write a file": "NotCapable",
  "load a library": "NotCapable",
  "import from the network": "TypeError",
  "eval": "EvalError",
  "new Function": "EvalError",
  "fetch the metadata of a cloud": "NotCapable",
  "fetch it by a number": "NotCapable",
  "fetch credentials of a container": "NotCapable",
  "fetch metadata by IPv6": "NotCapable",
  "fetch metadata by IPv4 in IPv6": "NotCapable",
  "fetch metadata by name": "NotCapable",
  "connect to metadata": "NotCapable",
  "get metadata by node:http": "NotCapable",
  "fetch what may be reached": "done",
  "see a variable that it does not know": "Unset",
  "see that variable among all": "Unset",
  "see a setting": "done",
};

const programs = {
  "compiled for pods": { path: CONFINED_PROBE, args: [] },
  "under deno run with the flags of that build": {
    path: Deno.execPath(),
    args: ["run", ...runtimeFlags("pod"), PROBE],
  },
};

for (const [how, { path, args }] of Object.entries(programs)) {
  Deno.test(`a program ${how} can do nothing else`, async (test) => {
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      return new Response("export default 1;", { headers: { "content-type": "text/javascript" } });
    });
    const { stdout, stderr } = await new Deno.Command(path, {
      args: [...args, `http://127.0.0.1:${server.addr.port}`],
      env: { SECRET: "known", LOG_LEVEL: "INFO" },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.notEqual(text, "", new TextDecoder().decode(stderr));
    const outcomes: Record<string, string> = JSON.parse(text);
    const left = Object.keys(EXPECTED).filter((attempt) => !(attempt in outcomes));
    assert.ok(left.length === 0 || (path === CONFINED_PROBE && `${left}` === "get metadata by node:http"), `${left}`);
    for (const [attempt, outcome] of Object.entries(outcomes)) {
      await test.step(`${attempt}: ${EXPECTED[attempt]}`, () => assert.equal(outcome, EXPECTED[attempt]));
    }
  });
}
