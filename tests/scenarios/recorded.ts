import { parseAllDocuments } from "yaml";
import { iamPolicy } from "../../tools/gen/iam_policy.ts";
import type { AwsSandbox, Recording } from "../sandbox/aws/mod.ts";
import type { Admin, Loose } from "./admin.ts";
import { valueOf } from "./objects.ts";
import { seedOperatorUser } from "./operator_user.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);
/** The region of the recorded Provider, and so of its buckets. */
export const REGION = "eu-central-1";

/** The objects of the recording, to be changed, left out or added to. */
export class RecordedObjects {
  constructor(readonly list: Loose[]) {}

  get(kind: string, name: string): Loose {
    const found = this.list.find((each) => each.kind === kind && each.metadata.name === name);
    if (found === undefined) throw new RangeError(`No ${kind} "${name}" in the recording`);
    return found;
  }

  /** A further object like the recorded one. */
  copy(kind: string, name: string, copy: string): Loose {
    const made = structuredClone(this.get(kind, name));
    made.metadata = { ...made.metadata, name: copy, uid: crypto.randomUUID() };
    this.list.push(made);
    return made;
  }

  drop(kind: string, name: string): void {
    this.list.splice(this.list.indexOf(this.get(kind, name)), 1);
  }
}

/** What 0.2.x left in its cluster. */
export async function readRecorded(): Promise<RecordedObjects> {
  const documents = parseAllDocuments(await read("cluster-0.2.x.yaml"));
  return new RecordedObjects(documents.map((document: Loose) => document.toJS()));
}

async function read(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, FIXTURES));
}

/** Lays out what 0.2.x left at its service, with the keys of the Secrets. */
export async function loadService(aws: AwsSandbox, recorded: RecordedObjects): Promise<void> {
  const own = recorded.get("Secret", "wasabi-credentials");
  seedOperatorUser(aws, iamPolicy(), {
    accessKeyId: valueOf(own, "access-key"),
    secretAccessKey: valueOf(own, "secret-key"),
  });
  aws.load(JSON.parse(await read("provider-0.2.x.json")) as Recording, secretKeys(recorded.list));
  for (const [name, bucket] of aws.state.buckets) aws.state.buckets.set(name, { ...bucket, region: REGION });
}

/** Secret access keys by id. */
function secretKeys(objects: readonly Loose[]): Record<string, string> {
  const pairs = objects.filter(({ kind, data }) => kind === "Secret" && data?.["access-key-id"] !== undefined)
    .map((secret) => [valueOf(secret, "access-key-id"), valueOf(secret, "secret-access-key")]);
  return Object.fromEntries(pairs);
}

/**
 * Creates the objects in the namespace `ns`, owners before what they own, whose references get the new uids; Providers
 * lead to the endpoint. Returns the objects as the server has them.
 */
export async function layCluster(
  { admin, ns, endpoint }: { readonly admin: Admin; readonly ns: string; readonly endpoint: string },
  { list: objects }: RecordedObjects,
): Promise<Loose[]> {
  const uids = new Map<string, string>();
  const made = new Map<Loose, Loose>();
  const isNext = (each: Loose) =>
    !made.has(each) && (each.metadata.ownerReferences ?? []).every(({ uid }: Loose) => uids.has(uid));
  for (let each = objects.find(isNext); each !== undefined; each = objects.find(isNext)) {
    const { status, ...object } = moved(each, ns);
    const { uid, creationTimestamp: _, generation: __, ...metadata } = object.metadata;
    const ownerReferences = metadata.ownerReferences?.map((owner: Loose) => ({ ...owner, uid: uids.get(owner.uid) }));
    if (object.kind === "Provider") object.spec = { ...object.spec, endpoint, iamEndpoint: endpoint };
    let answer = await admin.create({ ...object, metadata: { ...metadata, ownerReferences } });
    if (status !== undefined) answer = await admin.patch(answer, { status }, "/status");
    uids.set(uid, answer.metadata.uid);
    made.set(each, answer);
  }
  return objects.map((each) => made.get(each) ?? neverMade(each));
}

function neverMade({ kind, metadata: { name } }: Loose): never {
  throw new RangeError(`The owner of ${kind} "${name}" is not in the recording`);
}

/** The object in another namespace than that of the recording. */
function moved(value: Loose, namespace: string): Loose {
  if (Array.isArray(value)) return value.map((each) => moved(each, namespace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === "namespace" ? namespace : moved(each, namespace)]),
  );
}
