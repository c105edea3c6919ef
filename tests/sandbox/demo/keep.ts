import { fileURLToPath } from "node:url";
import type { Stage } from "./stage.ts";
import { as, AUTO_BUCKET, AUTO_SECRET } from "./use.ts";

const CONFIG = fileURLToPath(import.meta.resolve("../../../deno.json"));
const SNIPPET = `import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
const s3 = new S3Client({ endpoint: Deno.env.get("AWS_ENDPOINT_URL"), forcePathStyle: true });
const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "${AUTO_BUCKET}" }));
console.log(Contents.map(({ Key, Size }) => Key + " " + Size + " bytes").join("\\n"));
`;

/** Says how to reach what is running, and waits for Ctrl-C. */
export async function keep(stage: Stage): Promise<void> {
  const { screen, folder, kubeconfig, aws, operator, watcher, signal } = stage;
  const env = `${folder}/application.env`;
  const script = `${folder}/list.ts`;
  await as(stage, AUTO_SECRET, async (_s3, { accessKeyId, secretAccessKey }) => {
    const values = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: watcher.find("Provider", "wasabi")?.spec.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value}'\n`);
    await Deno.writeTextFile(env, lines.join(""), { mode: 0o600 });
  });
  await Deno.writeTextFile(script, SNIPPET);
  screen.begin("It is yours, until Ctrl-C; changes of objects are shown here");
  screen.text("In another terminal, the cluster:");
  screen.command(`export KUBECONFIG=${kubeconfig}`);
  screen.command("kubectl get s3");
  screen.command("kubectl describe buckets.s3.cloud37.dev auto");
  screen.command("kubectl events --watch");
  screen.command("kubectl apply -f examples/bucket-auto.yaml");
  screen.text("the service, with the credentials of Bucket auto:");
  screen.command(`. ${env}`);
  screen.command(`aws s3 ls s3://${AUTO_BUCKET}`);
  screen.text("the same where there is no aws command:");
  screen.command(`. ${env} && npx -y deno@2.9.6 run -A --config ${CONFIG} ${script}`);
  screen.text("and the operator:");
  screen.command(`tail -f ${folder}/operator.log`);
  screen.text(`${operator.metricsUrl}/metrics`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
