import assert from "node:assert/strict";
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { DeleteBucketTaggingCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { catalogue, type MetricId } from "../../../lib/telemetry/catalogue/mod.ts";
import { processMetrics } from "../../../lib/telemetry/catalogue/process.ts";
import type { Loose } from "../admin.ts";
import type { RunningOperator } from "../operator.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

const DAY_MS = 86_400_000;
const ROOT = new URL("../../../", import.meta.url);
const SHOWN_BY = {
  instruments: "tests/unit/telemetry/instruments_test.ts",
  metrics: "tests/unit/telemetry/metrics_test.ts",
  kube: "tests/unit/kube/metrics_test.ts",
  handlers: "tests/unit/handlers/gauges_test.ts",
} as const;

/** Metrics that this scenario does not move, each with the test that does. */
const ELSEWHERE: Readonly<Partial<Record<MetricId, string>>> = {
  informerRestarts: SHOWN_BY.kube,
  budgetWaiting: SHOWN_BY.handlers,
  seriesOmitted: SHOWN_BY.instruments,
  scrapeErrors: SHOWN_BY.instruments,
  spansExported: SHOWN_BY.metrics,
  spansLost: SHOWN_BY.metrics,
  exportOutages: SHOWN_BY.metrics,
  exportFailing: SHOWN_BY.metrics,
  buildInfo: SHOWN_BY.metrics,
  processStart: SHOWN_BY.metrics,
  processCpu: SHOWN_BY.metrics,
  processMemory: SHOWN_BY.metrics,
  heapTotal: SHOWN_BY.metrics,
  heapUsed: SHOWN_BY.metrics,
  externalMemory: SHOWN_BY.metrics,
  eventLoopLag: SHOWN_BY.metrics,
};

/** Notes which metrics have ever shown anything but 0. */
class Watch {
  readonly seen = new Set<MetricId>();
  readonly #stage: Stage;
  readonly #operator: RunningOperator;

  constructor(stage: Stage, operator: RunningOperator) {
    this.#stage = stage;
    this.#operator = operator;
  }

  async until(...ids: MetricId[]): Promise<void> {
    await this.#stage.eventually(`${ids.join(", ")} to move`, async () => {
      await this.look();
      return ids.every((id) => this.seen.has(id));
    });
  }

  async look(): Promise<void> {
    const moved = new Set<string>();
    for (const line of (await this.#operator.metrics()).split("\n")) {
      const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
      if (name !== undefined && value !== "0") moved.add(name);
    }
    for (const [id, { name, type }] of Object.entries(catalogue)) {
      if (moved.has(type === "histogram" ? `${name}_count` : name)) this.seen.add(id as MetricId);
    }
  }
}

/** Somebody takes the tags away behind the operator's back. */
async function drift(stage: Stage, { spec: { name: Bucket } }: Loose): Promise<void> {
  await stage.s3.send(new DeleteBucketTaggingCommand({ Bucket }));
}

export const metricScenarios: readonly Scenario[] = [
  {
    fact: "every metric is moved by the operator's work, or by a test that is named",
    needs: ["strict service", "aws"],
    async run(stage) {
      const { faults } = stage.world;
      const operator = await stage.begin("--leader-elect=true", "--drift-check-interval-seconds=1", "--concurrency=1");
      const watch = new Watch(stage, operator);
      const tagging = { tags: { team: "a" } };
      const [bucket, other] = [stage.bucket("app", { tagging }), stage.plainBucket("other", { tagging })];
      const user = stage.user("manual");
      const key = stage.accessKey("manual-key", "manual", { rotate: { enabled: true } });
      await stage.applied(bucket, other, user, key);
      await stage.ready(bucket, other, user, key);
      await watch.until(
        "bucketsCreated",
        "usersCreated",
        "keysCreated",
        "policiesApplied",
        "keyAge",
        "keyNextRotation",
      );

      await stage.iam.send(new CreateAccessKeyCommand({ UserName: user.spec.name }));
      await watch.until("keyOrphans");

      for (let time = 0; time < 2; time++) {
        await drift(stage, bucket);
        await stage.eventually("an Event of the mending", async () => {
          const events = await stage.admin.list("Event", stage.ns);
          const event = events.find(({ reason, regarding }) => reason === "BucketUpdated" && regarding.name === "app");
          return event !== undefined && (event.series?.count ?? 1) > time;
        });
      }
      await watch.until("drift", "events");

      const lift = faults?.on("s3:PutBucketTagging", { do: "hang" });
      await drift(stage, other);
      await watch.until("driftCurrent", "activeWorkers", "queueLongest", "queueUnfinished", "queueDepth");
      lift?.();

      const slow = faults?.on("s3:PutBucketTagging", { do: "fail", status: 503, code: "SlowDown" });
      await drift(stage, bucket);
      await watch.until("rateLimitHits", "budgetThrottled", "notReady", "errors", "queueRetries", "controllerErrors");
      slow?.();
      await stage.ready(bucket);

      const childKey = { kind: "AccessKey", metadata: { name: "app-accesskey", namespace: stage.ns } };
      await stage.admin.annotate(childKey, { "s3.cloud37.dev/rotate-at": new Date().toISOString() });
      await watch.until("keysRotated");

      const { spec: { name: Bucket } } = other;
      await stage.s3.send(new PutObjectCommand({ Bucket, Key: "left", Body: "behind" }));
      await stage.admin.remove(other);
      await watch.until("deletionBlocked");
      await stage.s3.send(new DeleteObjectCommand({ Bucket, Key: "left" }));
      await stage.gone(other);
      await stage.deleted(bucket);
      await watch.until("bucketsDeleted", "keysRevoked");

      // The orphan takes the place of the next key.
      operator.advance(91 * DAY_MS);
      await watch.until("keyOverdue");

      for (const id of Object.keys(catalogue) as MetricId[]) {
        if (watch.seen.has(id)) continue;
        const path = ELSEWHERE[id];
        assert.ok(path !== undefined, `${id} is moved by nothing`);
        const test = await Deno.readTextFile(new URL(path, ROOT));
        assert.ok(test.includes(id in processMetrics ? "processMetrics" : `"${id}"`), `${id} is not in ${path}`);
      }
    },
  },
];
