import { freePort, spawn, waitFor } from "../api/processes.ts";
import { findPrometheus } from "./prometheus_binaries.ts";

/** What a query finds: series with their samples, each a time in seconds and a value. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: number])[];
}

/** An alert as Prometheus has it. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
}

export interface PrometheusOptions {
  /** For its configuration and data. */
  readonly folder: string;
  /** `host:port` of each process that is scraped, each second. */
  readonly targets: readonly string[];
  /** Path of a rule file. */
  readonly rules: string;
}

/** The job of all targets. */
export const SCRAPE_JOB = "wasabi-s3-operator";

/** A Prometheus on 127.0.0.1. */
export class Prometheus implements AsyncDisposable {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    [this.url, this.#stop] = [url, stop];
  }

  static async start({ folder, targets, rules }: PrometheusOptions): Promise<Prometheus> {
    const { prometheus } = await findPrometheus();
    const config = `${folder}/prometheus.json`;
    await Deno.writeTextFile(config, JSON.stringify(configuration(targets, rules)));
    const address = `127.0.0.1:${freePort()}`;
    const child = spawn("prometheus", prometheus, folder, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
      "--enable-feature=exemplar-storage",
    ]);
    const url = `http://${address}`;
    const isReady = async () => {
      const response = await fetch(`${url}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    };
    await waitFor("Prometheus", isReady, 60_000, () => child.log());
    return new Prometheus(url, () => child.stop());
  }

  /** The value of each series at a time, epoch seconds. @throws Error when the query is wrong */
  async at(query: string, time: number): Promise<Series[]> {
    const found = await this.#ask("query", { query, time: `${time}` });
    if (found.resultType === "scalar") return [{ metric: {}, values: [sample(found.result)] }];
    return found.result.map(({ metric, value }: Found) => ({ metric, values: [sample(value)] }));
  }

  /** The values of each series over a time. @throws Error when the query is wrong */
  async over(query: string, { start, end, step }: {
    readonly start: number;
    readonly end: number;
    readonly step: number;
  }): Promise<Series[]> {
    const { result } = await this.#ask("query_range", { query, start: `${start}`, end: `${end}`, step: `${step}` });
    return result.map(({ metric, values }: Found) => ({ metric, values: values.map(sample) }));
  }

  async alerts(): Promise<ActiveAlert[]> {
    return (await this.#ask("alerts")).alerts;
  }

  /** Every alert rule with its health: `ok`, or why it could not be evaluated. */
  async rules(): Promise<{ readonly name: string; readonly health: string }[]> {
    const { groups } = await this.#ask("rules");
    return groups.flatMap(({ rules }: Found) => rules);
  }

  /** Traces that samples of the series carry, in OpenMetrics. */
  async exemplars(query: string, { start, end }: { readonly start: number; readonly end: number }) {
    const found = await this.#ask("query_exemplars", { query, start: `${start}`, end: `${end}` });
    return found.flatMap(({ exemplars }: Found) => exemplars) as { readonly labels: Record<string, string> }[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Found> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== "success") throw new Error(`Prometheus refuses ${JSON.stringify(parameters)}: ${error}`);
    return data;
  }
}

// deno-lint-ignore no-explicit-any
type Found = any;

function sample([time, value]: readonly [number, string]): readonly [number, number] {
  return [time, Number(value)];
}

function configuration(targets: readonly string[], rules: string): Record<string, unknown> {
  return {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: [{
      job_name: SCRAPE_JOB,
      // What the Prometheus Operator adds: the namespace that the operator runs in.
      static_configs: [{ targets, labels: { namespace: "wasabi-s3-operator" } }],
    }],
  };
}
