import { allFaults, type ChaosFault, fail } from "../faults.ts";
import { Gate, type Meddler, type Passing } from "../gate.ts";
import { type Edited, editWatch, type EventFate, fateOf, isBookmark } from "../watch_stream.ts";

interface ArmedFault {
  readonly fault: ChaosFault;
  skip: number;
  times: number;
  /** Of the request that it hit first. */
  name?: string;
}

/** What a script has in store for the operator's requests and watches; over once it is told so. */
export class Trouble {
  /** True once something came that only a new process, or a new list, gets over. */
  lasting = false;
  readonly #faults: ArmedFault[] = [];
  #events: { left: number; readonly fate: EventFate }[] = [];
  #kill: { left: number; readonly when: "before" | "after"; readonly kill: () => void } | undefined;

  fault(name: string, at: number, times: number): void {
    const fault = allFaults.find((each) => each.name === name);
    if (fault === undefined) throw new RangeError(`No fault "${name}"`);
    // What a service says it does not have is remembered for as long as the process lives.
    if (name === "501") this.lasting = true;
    this.#faults.push({ fault, skip: at - 1, times });
  }

  event(at: number, fate: EventFate): void {
    this.lasting = true;
    this.#events.push({ left: at, fate });
  }

  kill(at: number, when: "before" | "after", kill: () => void): void {
    this.#kill = { left: at, when, kill };
  }

  end(): void {
    this.#faults.splice(0);
    this.#events = [];
    this.#kill = undefined;
  }

  /** For the requests of one operator. */
  readonly meddle: Meddler = async (passing, next) => {
    if (passing.number === 0) return await next();
    if (this.#kill !== undefined && --this.#kill.left <= 0) {
      const { when, kill } = this.#kill;
      this.#kill = undefined;
      if (when === "after") await next();
      kill();
      return await Gate.never();
    }
    const hit = this.#faults.find((fault) => this.#hits(fault, passing));
    return hit === undefined ? await next() : await fail(hit.fault, passing, next);
  };

  #hits(fault: ArmedFault, { name }: Passing): boolean {
    if (fault.times === 0 || (fault.name !== undefined && fault.name !== name)) return false;
    if (fault.skip > 0) {
      fault.skip--;
      return false;
    }
    fault.name = name;
    fault.times--;
    return true;
  }

  /** Lets the events of a watch pass, but for those that are to meet their fate. */
  watch(response: Response): Response {
    let isStalled = false;
    return editWatch(response, (line): Edited => {
      if (isStalled) return "stall";
      if (isBookmark(line)) return [line];
      const due = this.#events.filter((event) => --event.left === 0);
      this.#events = this.#events.filter(({ left }) => left > 0);
      const fate = due[0]?.fate;
      isStalled = fate === "stalled";
      return fate === undefined ? [line] : fateOf(line, fate);
    });
  }
}
