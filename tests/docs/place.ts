import assert from "node:assert/strict";
import { type AwsSandbox, startAwsSandbox } from "../sandbox/aws/mod.ts";
import { readExamples } from "../sandbox/demo/examples.ts";
import { Site } from "../chart/site.ts";
import { Node } from "./node.ts";
import { Reader } from "./reader.ts";

const KINDS = "providers,buckets,bucketpolicies,users,iampolicies,accesskeys";
/** Of README: the bucket, and so its user. */
const BUCKET = "my-company-data";

/** A real API server with a stand-in for its node, a service in Wasabi's place, and a reader of the documentation. */
export class Place implements AsyncDisposable {
  private constructor(
    readonly site: Site,
    readonly service: AwsSandbox,
    readonly node: Node,
    readonly reader: Reader,
  ) {}

  static async start(): Promise<Place> {
    const site = await Site.start();
    const service = await startAwsSandbox();
    const node = new Node(site);
    const reader = await Reader.start({
      kubeconfig: site.cluster.kubeconfig,
      credentials: service.credentials,
      log: () => node.log(),
    });
    return new Place(site, service, node, reader);
  }

  /** Applies all of examples/ in a namespace of its own, and waits until it is Ready. */
  async examples(namespace: string): Promise<void> {
    const { objects } = await readExamples({ ...this.service.credentials, endpoint: this.service.url });
    const moved = objects.map((each) => JSON.stringify({ ...each, metadata: { ...each.metadata, namespace } }));
    await this.site.get("create", "namespace", namespace);
    const { code, err } = await this.site.kubectl(["apply", "-f", "-"], { input: moved.join("\n---\n") });
    assert.equal(code, 0, err);
    await this.site.get("-n", namespace, "wait", "--for=condition=Ready", "--all", "--timeout=60s", KINDS);
  }

  /** What takes the place of what readers fill in, and of the service's addresses. Longer keys come first. */
  get replacements(): Readonly<Record<string, string>> {
    const { url, credentials } = this.service;
    return {
      "https://s3.eu-central-2.wasabisys.com": url,
      "https://iam.wasabisys.com": url,
      "YOUR-ACCESS-KEY-ID": credentials.accessKeyId,
      "YOUR-SECRET-ACCESS-KEY": credentials.secretAccessKey,
      "NAME-accesskey": "data-accesskey",
      "NAME-policy": "data-policy",
      "NAME-user": "data-user",
      "KIND.s3.cloud37.dev": "buckets.s3.cloud37.dev",
      "accesskeys.s3.cloud37.dev NAME": "accesskeys.s3.cloud37.dev data-accesskey",
      "buckets.s3.cloud37.dev NAME": "buckets.s3.cloud37.dev data",
      "buckets.s3.cloud37.dev/NAME": "buckets.s3.cloud37.dev/data",
      "providers.s3.cloud37.dev NAME": "providers.s3.cloud37.dev wasabi",
      "users.s3.cloud37.dev USER": "users.s3.cloud37.dev data-user",
      "NAME-credentials": "data-accesskey-credentials",
      "IAM-USER": BUCKET,
      " NAMESPACE": " default",
      "ACCESS-KEY-ID": this.service.state.users.get(BUCKET)?.keys[0]?.id ?? "ACCESS-KEY-ID",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
    await this.node[Symbol.asyncDispose]();
    await this.service.close();
    await this.site[Symbol.asyncDispose]();
  }
}
