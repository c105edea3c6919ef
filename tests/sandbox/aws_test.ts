import { startAwsSandbox } from "./aws/mod.ts";
import { awsContract, WASABI_LACKS } from "./aws_contract.ts";

awsContract("sandbox as AWS", async () => {
  const sandbox = await startAwsSandbox();
  return { endpoint: sandbox.url, credentials: sandbox.credentials, lacks: {}, close: () => sandbox.close() };
});

awsContract("sandbox as Wasabi", async () => {
  const sandbox = await startAwsSandbox({ mode: "wasabi" });
  return { endpoint: sandbox.url, credentials: sandbox.credentials, lacks: WASABI_LACKS, close: () => sandbox.close() };
});
