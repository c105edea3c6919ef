import type { Interposer } from "./requests.ts";

/** What happens to a request instead of, or around, its answer. */
export type Fault =
  /** Answered with the status and an S3-shaped error; with `after`, the request is carried out first. */
  | { readonly do: "fail"; readonly status: number; readonly code: string; readonly after?: boolean }
  /** Carried out or not, the connection is closed in the middle of the answer. */
  | { readonly do: "cut"; readonly after?: boolean }
  /** Never answered until the rule is lifted. */
  | { readonly do: "hang" }
  /** Answered after the call that the test makes. */
  | { readonly do: "wait"; readonly until: Promise<void> };

export interface FaultOptions {
  /** How often; default for ever. */
  readonly times?: number;
  /** Id of an access key whose requests are left alone. */
  readonly spare?: string;
}

interface Rule {
  readonly matches: (name: string, request: Request) => boolean;
  readonly fault: Fault;
  left: number;
  readonly lifted: PromiseWithResolvers<void>;
}

/** A script of faults for a sandbox: rules are tried in their order, each as often as it says. */
export class Faults implements Interposer {
  readonly #rules: Rule[] = [];

  /**
   * @param name such as `iam:CreateAccessKey` or `PATCH buckets/status`; a pattern for several
   * @returns lifts the rule; requests that hang by it are answered then
   */
  on(name: string | RegExp, fault: Fault, { times = Infinity, spare }: FaultOptions = {}): () => void {
    const isSpared = ({ headers }: Request) =>
      spare !== undefined && headers.get("authorization")?.includes(`Credential=${spare}/`) === true;
    const matches = (given: string, request: Request) =>
      (typeof name === "string" ? given === name : name.test(given)) && !isSpared(request);
    const rule: Rule = { matches, fault, left: times, lifted: Promise.withResolvers() };
    this.#rules.push(rule);
    return () => {
      rule.left = 0;
      rule.lifted.resolve();
    };
  }

  clear(): void {
    for (const { lifted } of this.#rules.splice(0)) lifted.resolve();
  }

  async answer(request: Request, name: string, next: () => Promise<Response>): Promise<Response> {
    const rule = this.#rules.find(({ left, matches }) => left > 0 && matches(name, request));
    if (rule === undefined) return await next();
    rule.left--;
    const { fault, lifted } = rule;
    if (fault.do === "hang") {
      await lifted.promise;
      return await next();
    }
    if (fault.do === "wait") {
      await fault.until;
      return await next();
    }
    if (fault.after) await (await next()).body?.cancel();
    return fault.do === "cut" ? cut() : failure(fault);
  }
}

function failure({ status, code }: { readonly status: number; readonly code: string }): Response {
  const message = "told to fail";
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message>` +
    `<RequestId>${crypto.randomUUID()}</RequestId></Error>`;
  return new Response(xml, { status, headers: { "content-type": "application/xml" } });
}

/** Some bytes of a body, then the end of the connection. */
function cut(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("<?xml version"));
    },
    pull(controller) {
      controller.error(new Error("cut by a fault"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/xml", "content-length": "1000" } });
}
