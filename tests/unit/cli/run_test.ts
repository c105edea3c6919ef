import assert from "node:assert/strict";
import { spawnMain, writeKubeconfig } from "./run.ts";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The JSON lines of a program, as they come. */
async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

async function find(lines: AsyncGenerator<Line>, message: string): Promise<Line> {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (next.value.message === message) return next.value;
  }
  return assert.fail(`The program ended without "${message}"`);
}

Deno.test("the operator serves its probes before it reaches the cluster, and ends with 0 on SIGTERM", async () => {
  const { path, remove } = await writeKubeconfig("http://127.0.0.1:1");
  const child = spawnMain(["--kubeconfig", path, "--metrics-port=0", "--leader-elect=false"]);
  const stderr = new Response(child.stderr).text();
  const lines = linesOf(child.stdout);
  try {
    const { port } = await find(lines, "Serving metrics");
    const get = async (at: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${at}`);
      return { status: response.status, body: await response.text() };
    };
    assert.deepEqual(await get("/healthz"), { status: 200, body: "ok\n" });
    assert.equal((await get("/readyz")).status, 503);
    const metrics = await get("/metrics");
    assert.equal(metrics.status, 200);
    assert.match(metrics.body, /^wasabi_s3_operator_build_info\{version="[^"]+"\} 1$/m);
    child.kill("SIGTERM");
    assert.equal((await find(lines, "Stopping")).level, "INFO");
    await find(lines, "Stopped");
    assert.equal((await child.status).code, 0);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    await lines.return(undefined);
    await child.status;
    assert.equal(await stderr, "");
    await remove();
  }
});
