import type { Metrics } from "./api.ts";

/** Counts nothing: the twin of `PromMetrics` for tests. */
export const noopMetrics: Metrics = {
  reconciled() {},
  bucketOperation() {},
  providerConnectivity() {},
  driftDetected() {},
  apiCall() {},
  rateLimitHit() {},
  error() {},
  resourceStatus() {},
};
