/**
 * Makes one S3 and one IAM call at the URL that is its argument, as the operator does, and prints "answered" for each.
 */
import { GetUserCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { connect } from "../../../lib/aws/connection.ts";
import { openAwsHttp } from "../../../lib/platform/aws_http.ts";
import { systemClock } from "../../../lib/platform/clock.ts";
import { hostname } from "../../../lib/platform/process.ts";
import { noopLogger } from "../../../lib/telemetry/log.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { untraced } from "../../../lib/telemetry/tracing/api.ts";

const [endpoint = "", verify] = Deno.args;
const connection = connect({
  endpoint,
  region: "us-east-1",
  iamEndpoint: endpoint,
  iamRegion: "us-east-1",
  pathStyle: true,
  tls: { insecureSkipVerify: verify === "insecure" },
  retry: { maxAttempts: 1, backoffStrategy: "linear" },
  credentials: { accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: "an-example-and-no-secret" },
}, {
  http: openAwsHttp,
  clock: systemClock,
  random: () => 0.5,
  metrics: noopMetrics,
  log: noopLogger,
  traceSpan: untraced,
  mayMutate: () => true,
});
if (hostname() === "") throw new Error("No host name");
await connection.s3.send(new ListBucketsCommand({}));
console.log("answered");
await connection.iam?.send(new GetUserCommand({}));
console.log("answered");
connection.close();
