import { median } from "./many.ts";
import { autoBucket, credentials, provider } from "./objects.ts";
import { fromSource, startOperator } from "./operator.ts";
import { createAll } from "./ready.ts";
import { Stack } from "./stack.ts";

/** What a scrape of `/metrics` costs over many objects at rest; medians. */
export interface Scrape {
  readonly objects: number;
  readonly series: number;
  readonly bytes: number;
  /** From the request to the end of the answer, milliseconds. */
  readonly ms: number;
  /** Processor time of the operator, milliseconds. */
  readonly cpuMs: number;
}

/** An auto-managed Bucket is four objects: itself, a User, an AccessKey and a BucketPolicy. */
const OBJECTS_EACH = 4;
const SCRAPES = 40;
/** As Prometheus asks. */
const ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

/** Scrapes an operator over `objects` objects, against sandboxes that answer at once. */
export async function measureScrape(objects: number): Promise<Scrape> {
  await using stack = await Stack.start({ kubeMs: 0, awsMs: 0 });
  await using operator = await startOperator(fromSource(), [`--kubeconfig=${stack.kubeconfig}`]);
  await createAll(stack, [credentials(stack), provider(stack)], 1);
  await createAll(stack, Array.from({ length: objects / OBJECTS_EACH }, (_, index) => autoBucket(`scrape-${index}`)));
  const [times, texts]: [number[], string[]] = [[], []];
  const cpu = await operator.cpuSeconds();
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    const started = performance.now();
    texts.push(await operator.metrics(ACCEPT));
    times.push(performance.now() - started);
  }
  const cpuMs = (await operator.cpuSeconds() - cpu) * 1000 / SCRAPES;
  const sizes = texts.map((text) => new TextEncoder().encode(text).length);
  const series = texts.map((text) => text.split("\n").filter((line) => line && !line.startsWith("#")).length);
  return { objects, series: median(series), bytes: median(sizes), ms: median(times), cpuMs };
}
