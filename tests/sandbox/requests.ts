/** Gets between a request and its answer; `faults.ts` is one. */
export interface Interposer {
  /** @param name such as `s3:PutBucketTagging`, `iam:CreateAccessKey`, `PATCH buckets/status` or `WATCH leases` */
  answer(request: Request, name: string, next: () => Promise<Response>): Promise<Response>;
}

/** One request as it came in. */
export interface RequestRecord {
  /** Counts from 1. */
  readonly sequence: number;
  /** Such as `s3:PutBucketTagging` or `PATCH buckets/status`. */
  readonly name: string;
  /** Path and query; an IAM action's form fields are not kept, they may hold anything. */
  readonly target: string;
  /** Who signed it, at S3 and IAM. */
  readonly accessKeyId?: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  /** HTTP status of the answer, before faults; undefined while there is none. */
  status?: number;
}

/** The requests of a sandbox. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly #now: () => number;
  #sequence = 0;

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(name: string, url: URL, signer: Pick<RequestRecord, "accessKeyId"> = {}): RequestRecord {
    const target = url.pathname + url.search;
    const record = { sequence: ++this.#sequence, name, target, ...signer, at: this.#now() };
    this.records.push(record);
    return record;
  }

  /** How often each came, by name. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { name } of this.records) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  }

  forget(): void {
    this.records.splice(0);
  }
}
