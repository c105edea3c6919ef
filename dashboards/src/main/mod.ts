import { dashboard } from "../dashboard.ts";
import { accessKeys } from "./access_keys.ts";
import { buckets } from "./buckets.ts";
import { calls } from "./calls.ts";
import { cluster } from "./cluster.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { now } from "./now.ts";
import { processes } from "./processes.ts";
import { providers } from "./providers.ts";
import { queues } from "./queues.ts";
import { reconciles } from "./reconciles.ts";
import { throttling } from "./throttling.ts";

/** For whoever is on call: from what is wrong down to why. */
export const mainDashboard = dashboard({
  uid: "wasabi-s3-operator",
  title: "Wasabi S3 Operator",
  description: "What is wrong now, then what the operator does and how well. Read it from the top.",
  from: "now-6h",
  rows: [
    now,
    reconciles,
    errors,
    buckets,
    providers,
    calls,
    drift,
    throttling,
    accessKeys,
    queues,
    cluster,
    processes,
  ],
});
