/**
 * Tries what the build for pods must not do, and prints what came of each as JSON: `done`, or the error's name. The one
 * argument is the URL of a server that may be reached.
 */
import { execSync } from "node:child_process";
import { get } from "node:http";

const [reachable = ""] = Deno.args;

class Unset extends Error {
  override readonly name = "Unset";
}

const attempts: Record<string, () => unknown> = {
  "run a command": () => new Deno.Command("/bin/true").outputSync(),
  "run a command by node:child_process": () => execSync("true", { env: {} }),
  "read /etc/passwd": () => Deno.readTextFileSync("/etc/passwd"),
  "read /etc/passwd from beside the certificates": () => Deno.readTextFileSync("/etc/ssl/certs/../../passwd"),
  "read the environment of the process": () => Deno.readTextFileSync("/proc/self/environ"),
  "read another token of the pod": () =>
    Deno.readTextFileSync("/var/run/secrets/eks.amazonaws.com/serviceaccount/token"),
  "list the root": () => [...Deno.readDirSync("/")],
  "write a file": () => Deno.writeTextFileSync("/tmp/probe", ""),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "import from the network": () => import(`${reachable}/module.js`),
  "eval": () => eval("1"),
  "new Function": () => new Function("return 1")(),
  "fetch the metadata of a cloud": () => fetch("http://169.254.169.254/latest/meta-data/"),
  "fetch it by a number": () => fetch("http://2852039166/"),
  "fetch credentials of a container": () => fetch("http://169.254.170.2/"),
  "fetch metadata by IPv6": () => fetch("http://[fd00:ec2::254]/"),
  "fetch metadata by IPv4 in IPv6": () => fetch("http://[::ffff:169.254.169.254]/"),
  "fetch metadata by name": () => fetch("http://metadata.google.internal/computeMetadata/v1/"),
  "connect to metadata": () => Deno.connect({ hostname: "100.100.100.200", port: 80 }),
  "fetch what may be reached": () => fetch(reachable),
  "see a variable that it does not know": () => {
    if (Deno.env.get("SECRET") === undefined) throw new Unset();
  },
  "see that variable among all": () => {
    if (!("SECRET" in Deno.env.toObject())) throw new Unset();
  },
  "see a setting": () => {
    if (Deno.env.get("LOG_LEVEL") === undefined) throw new Unset();
  },
};

// Deno 2.7, which may stand in for this one, does not ask before that.
if (!Deno.version.deno.startsWith("2.7.")) {
  attempts["get metadata by node:http"] = () =>
    new Promise((resolve, reject) => get("http://169.254.169.254/", resolve).on("error", reject));
}

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    outcomes[name] = "done";
  } catch (error) {
    outcomes[name] = error instanceof Error ? error.name : String(error);
  }
}
console.log(JSON.stringify(outcomes));
Deno.exit();
