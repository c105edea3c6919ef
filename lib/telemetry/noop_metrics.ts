import type { Metrics } from "./metrics_api.ts";

/** Counts nothing: the twin of `PromMetrics` for tests. */
export const noopMetrics: Metrics = {
  reconciled() {},
  error() {},
  resourceStatus() {},
  bucketOperation() {},
  driftDetected() {},
  providerConnectivity() {},
  accomplished() {},
  apiCall() {},
  rateLimitHit() {},
  cacheLookup() {},
  restRequest() {},
  queueAdded() {},
  queueTaken() {},
  queueRetried() {},
  worked() {},
  controllerReconciled() {},
  informerRestarted() {},
  leaseRenewed() {},
  eventRecorded() {},
  spansExported() {},
  spansLost() {},
  exportFailing() {},
  onScrape() {},
  showClusterWhile() {},
};
