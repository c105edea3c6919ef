import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import type { Metrics } from "../../../lib/telemetry/api.ts";

/** Metrics that a test can read: one text a call, such as `s3 ListBuckets success`. */
export interface CountingMetrics extends Metrics {
  readonly calls: string[];
  readonly seconds: (number | undefined)[];
  readonly rateLimitHits: string[];
}

export function countingMetrics(): CountingMetrics {
  const calls: string[] = [];
  const seconds: (number | undefined)[] = [];
  const rateLimitHits: string[] = [];
  return {
    ...noopMetrics,
    calls,
    seconds,
    rateLimitHits,
    apiCall(apiType, operation, result, duration) {
      calls.push(`${apiType} ${operation} ${result}`);
      seconds.push(duration);
    },
    rateLimitHit: (apiType) => void rateLimitHits.push(apiType),
  };
}
