import assert from "node:assert/strict";
import { parse } from "yaml";
import project from "../../../deno.json" with { type: "json" };

const ROOT = new URL("../../../", import.meta.url);
const read = async (path: string) => await Deno.readTextFile(new URL(path, ROOT));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What may change something, by workflow and job, and nothing else may. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  "release.yaml images": ["packages", "id-token", "attestations", "artifact-metadata"],
  "release.yaml page": ["contents", "id-token", "attestations"],
};
/** What a step may run, besides tasks of the project. */
const COMMANDS = [/^\.ci\/run$/, /^apt-get update$/, /^apt-get install --yes --no-install-recommends( [a-z\d-]+)+$/];
const TASK = /^npx -y deno@[\d.]+ task ([a-z:]+)( [a-z]+)*$/;

const texts = new Map<string, string>();
for await (const { name } of Deno.readDir(new URL(".github/workflows", ROOT))) {
  texts.set(name, await read(`.github/workflows/${name}`));
}
const workflows = [...texts].map(([name, text]) => ({ name, text, workflow: parse(text) as Workflow }));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name} ${id}`, job }))
);
const steps = jobs.flatMap(({ name, job: { steps = [] } }) => steps.map((step) => ({ name, step })));

Deno.test("there is a workflow for tests, and one for releases", () => {
  assert.deepEqual([...texts.keys()].sort(), ["release.yaml", "test.yaml"]);
});

for (const { name, text, workflow } of workflows) {
  Deno.test(`${name} takes every action by its commit, and says which version that is`, () => {
    const used = [...text.matchAll(/\buses: (?!\.\/)(.*)$/gm)].map(([, rest = ""]) => rest);
    assert.ok(used.length > 0);
    for (const each of used) assert.match(each, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  Deno.test(`${name} may read the repository, and its jobs no more than is known`, () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const [id, { permissions = {} }] of Object.entries(workflow.jobs)) {
      const writes = Object.keys(permissions).filter((scope) => permissions[scope] !== "read");
      assert.deepEqual(writes, WRITES[`${name} ${id}`] ?? [], id);
    }
  });

  Deno.test(`${name} runs once for each branch or tag, and never with rights for a stranger's code`, () => {
    assert.match(`${workflow.concurrency.group}`, /^[a-z]+-\$\{\{ github\.ref \}\}$/);
    assert.ok(!("pull_request_target" in workflow.on || "workflow_run" in workflow.on));
  });

  Deno.test(`${name} runs no other Deno than the CI script`, async () => {
    const ci = await read(".ci/run");
    for (const [version] of text.matchAll(/deno@[\d.]+\d/g)) assert.ok(ci.includes(`${version} `), version);
  });
}

for (const { name, job } of jobs) {
  Deno.test(`the job ${name} ends by itself`, () => {
    // A job that calls a workflow has the limits of that one's jobs, and can have none of its own.
    if (job.uses === undefined) assert.ok((job["timeout-minutes"] ?? Infinity) <= 90);
    else assert.ok(texts.has(job.uses.slice("./.github/workflows/".length)), job.uses);
  });
}

Deno.test("the workflows run tasks of the project, and next to nothing else", () => {
  const run = steps.flatMap(({ step }) => step.run ?? []);
  assert.ok(run.length > 5);
  for (const command of run) {
    const [, task] = command.match(TASK) ?? [];
    if (task === undefined) assert.ok(COMMANDS.some((pattern) => pattern.test(command)), command);
    else assert.ok(task in project.tasks, command);
  }
});

Deno.test("no checkout leaves credentials behind", () => {
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
  assert.ok(checkouts.length > 0);
  for (const { name, step } of checkouts) assert.equal(step.with?.["persist-credentials"], false, name);
});

Deno.test("the token goes to steps of jobs that may write, and to no action", () => {
  for (const { name, step } of steps) {
    if (!JSON.stringify(step).includes("token }}")) continue;
    assert.ok(name in WRITES && step.run !== undefined, name);
    assert.deepEqual(Object.keys(step.env ?? {}).filter((key) => `${step.env?.[key]}`.includes("token")), [
      "GITHUB_TOKEN",
    ]);
  }
});

Deno.test("the tests run on the Debian that the image's files come from", async () => {
  const { jobs: { test } } = parse(texts.get("test.yaml") ?? "");
  assert.match(test.container.image, /-bookworm$/);
  assert.match(await read("deploy/base_image.sh"), /Debian 12/);
});

Deno.test("updates are looked for in every folder that fixes versions, and in no other", async () => {
  const files: Readonly<Record<string, string>> = { gomod: "go.mod", pip: "requirements.txt" };
  const { updates } = parse(await read(".github/dependabot.yml"));
  for (const [ecosystem, file] of Object.entries(files)) {
    const { directories } = updates.find((each: { "package-ecosystem": string }) => {
      return each["package-ecosystem"] === ecosystem;
    });
    assert.deepEqual([...directories].sort(), await foldersWith(file), ecosystem);
  }
});

async function foldersWith(file: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder.slice(1), ROOT))) {
      if (isDirectory) await look(`${folder}${name}/`);
      else if (name === file) found.push(folder.slice(0, -1));
    }
  };
  for (const top of ["/tests/", "/tools/"]) await look(top);
  return found.sort();
}
