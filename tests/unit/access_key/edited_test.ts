import { runCases } from "./cases.ts";
import { at, DAY, input, key, listed, NOW, OLD, overlapping } from "./inputs.ts";

const REST = input().status;
const FOREIGN = key("FOREIGN", { createdAt: at(NOW - 10 * DAY) });
const BOTH = { app: [listed("CUR"), listed("FOREIGN")] };

/** A status or a Secret that somebody edited by hand never costs a key that we did not make. */
runCases({
  "mends a wrong key id in the status from the ledger": {
    given: input({ status: { ...REST, accessKeyId: "FOREIGN" }, iam: BOTH }),
    does: [],
  },
  "does not believe previousKeys of the status against the ledger": {
    given: input({
      status: { ...REST, previousKeys: [{ ...FOREIGN, retiredAt: at(NOW - 9 * DAY) }] },
      iam: BOTH,
    }),
    does: [],
  },
  "does not believe a nextKey that no intent bears out": {
    given: input({ status: { ...REST, nextKey: FOREIGN }, iam: BOTH }),
    does: [],
  },
  "does not believe a nextKey that the intent's call cannot have made": {
    given: input({
      status: {
        ...REST,
        nextKey: FOREIGN,
        keyIntent: { userName: "app", existingIds: ["CUR"], startedAt: at(NOW - 60_000), completedAt: at(NOW) },
      },
      iam: BOTH,
    }),
    does: [],
  },
  "does not believe a nextKey when the intent's call made the current key": {
    given: input({
      status: {
        ...REST,
        nextKey: key("FOREIGN", { createdAt: at(NOW) }),
        keyIntent: { userName: "app", existingIds: [], startedAt: at(NOW - 1_000), completedAt: at(NOW) },
      },
      main: { kind: "pair", id: "CUR", ledger: [key("CUR", { createdAt: at(NOW) })] },
      iam: { app: [listed("CUR", NOW), listed("FOREIGN", NOW)] },
    }),
    does: [],
  },
  "deletes a next key whose Secret somebody deleted, also after a long time": {
    given: input({
      status: {
        ...REST,
        nextKey: key("NEW", { createdAt: at(NOW - DAY) }),
        keyIntent: { userName: "app", existingIds: ["CUR"], startedAt: at(NOW - DAY), completedAt: at(NOW - DAY) },
      },
      iam: { app: [listed("CUR"), listed("NEW", NOW - DAY)] },
    }),
    does: ["revoke NEW", "removeSecret", "removeSecret"],
  },
  "recovers a status of nulls": {
    given: overlapping({ status: {}, iam: { app: [listed("OLD"), listed("CUR")] } }),
    does: [],
    nextAt: NOW + 6 * DAY,
  },
  "keeps a key whose record says that it is deactivated, before its time": {
    given: overlapping({
      status: { ...REST, previousKeys: [{ ...OLD, deactivatedAt: at(NOW - 3 * DAY) }] },
    }),
    does: [],
    nextAt: NOW + 6 * DAY,
  },
});
