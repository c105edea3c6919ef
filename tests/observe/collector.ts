import { createHash } from "node:crypto";
import { cacheFolder, exists, goBuild } from "../api/binaries.ts";
import { freePort, spawn, waitFor } from "../api/processes.ts";

const MODULE = new URL("./collector/", import.meta.url);
const SOURCES = ["go.sum", "main.go", "file_exporter.go"];

/** An OpenTelemetry Collector in a process of its own, which writes what it receives into a file. */
export interface Collector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** OTLP's JSON, a batch a line. */
  readonly file: string;
}

/**
 * Finds the collector: a build cached by the hash of its sources, else `go build` (two minutes on two busy cores where Go
 * has nothing cached).
 * @throws Error when Go is missing or the build fails
 */
export async function findCollector(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of SOURCES) hash.update(await Deno.readTextFile(new URL(name, MODULE)));
  const path = `${cacheFolder()}/collector-${hash.digest("hex").slice(0, 16)}/otelcol`;
  if (!await exists(path)) await build(path);
  return path;
}

async function build(path: string): Promise<void> {
  console.error("Building the OpenTelemetry Collector (minutes, once) …");
  await goBuild("The collector", { module: MODULE, args: ["-ldflags", "-s -w", "-o", path, "."] });
}

/** Starts the collector; resolves once it listens. */
export async function startCollector(folder: string): Promise<Collector> {
  const [port, file] = [freePort(), `${folder}/traces.json`];
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { file: { path: file } },
    service: {
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["file"] } },
    },
  };
  const process = spawn("otelcol", await findCollector(), folder, ["--config", `yaml:${JSON.stringify(config)}`]);
  const endpoint = `http://127.0.0.1:${port}`;
  const isListening = async () => {
    const response = await fetch(`${endpoint}/v1/traces`, { method: "GET" });
    await response.body?.cancel();
    return response.status === 405;
  };
  const ended = process.status.then(() => Promise.reject(new Error(`The collector ended: ${process.log()}`)));
  await Promise.race([waitFor("the collector to listen", isListening, 60_000, () => process.log()), ended]);
  return {
    endpoint,
    file,
    async [Symbol.asyncDispose]() {
      ended.catch(() => {});
      await process.stop();
    },
  };
}
