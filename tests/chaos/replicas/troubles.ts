import { Gate } from "../gate.ts";
import type { OperatorProcess } from "../process.ts";
import type { Replicas, Strike } from "./replicas.ts";

/** What befalls the leader at one of its requests. */
export interface Trouble {
  readonly name: string;
  strike(replicas: Replicas, ...request: Parameters<Strike>): Promise<Response>;
}

/** Shorter and longer than the renew deadline (10 s), the lease (15 s), and both together. */
const FREEZES_S = [9, 11, 14, 16, 20, 60];

const freezes: readonly Trouble[] = FREEZES_S.flatMap((seconds) => [
  {
    name: `frozen for ${seconds} s, and the request is carried out`,
    strike(_, process, _passing, next) {
      freeze(process, seconds);
      return next();
    },
  },
  {
    name: `frozen for ${seconds} s, and the request is lost`,
    async strike(_, process, { name }) {
      freeze(process, seconds);
      const { options: { time }, gate: { owner } } = process;
      await time.as(owner, () => time.wait(0, name));
      throw new TypeError("connection reset by a thaw");
    },
  },
]);

const cuts: readonly Trouble[] = [
  {
    name: "no request for the lease is answered any more",
    strike(replicas, process, _passing, next) {
      replicas.cut(process, "lease");
      return next();
    },
  },
  {
    name: "the API server answers nothing any more",
    async strike(replicas, process, { side }, next) {
      replicas.cut(process, "kube");
      const response = await next();
      return side === "kube" ? await Gate.never() : response;
    },
  },
];

export const troubles: readonly Trouble[] = [...freezes, ...cuts];

function freeze({ options: { time }, gate: { owner } }: OperatorProcess, seconds: number): void {
  time.freeze(owner, seconds * 1000);
}
