import assert from "node:assert/strict";
import { createLogger } from "../../../lib/telemetry/log.ts";
import { withLogFields } from "../../../lib/telemetry/tracing/context.ts";

const MINUTE_MS = 60_000;

/** A log whose time is moved by hand, and its lines as objects. */
function writing(level = "DEBUG") {
  const time = { now: Date.UTC(2026, 0, 31, 12) };
  // deno-lint-ignore no-explicit-any
  const lines: any[] = [];
  const log = createLogger({ level, now: () => time.now, write: (line) => void lines.push(JSON.parse(line)) });
  return { time, lines, log };
}

Deno.test("the same failure of an object is written once in ten minutes, then with how often it came", () => {
  const { time, lines, log } = writing();
  for (let minute = 0; minute < 12; minute++) {
    log.error("Reconcile failed", { kind: "Bucket", namespace: "a", name: "data", error: new Error("no") });
    time.now += MINUTE_MS;
  }
  assert.deepEqual(lines.map(({ message, repeated }) => [message, repeated]), [
    ["Reconcile failed", undefined],
    ["Reconcile failed", 9],
  ]);
});

const OTHERS = {
  "another object": { name: "b" },
  "another reason": { reason: "Conflict" },
  "another cause": { error: new Error("other") },
  "another outage": { outage: 2 },
};

for (const [what, fields] of Object.entries(OTHERS)) {
  Deno.test(`a failure with ${what} is written`, () => {
    const { lines, log } = writing();
    log.warning("Failed", { name: "a", reason: "AccessDenied", error: new Error("no") });
    log.warning("Failed", { name: "a", reason: "AccessDenied", error: new Error("no"), ...fields });
    assert.equal(lines.length, 2);
  });
}

Deno.test("the same failure of many objects is written twenty times a minute, then with how many came", () => {
  const { time, lines, log } = writing();
  for (let index = 0; index < 500; index++) log.warning("Cannot reach host", { name: `bucket-${index}` });
  assert.equal(lines.length, 20);
  time.now += MINUTE_MS;
  log.warning("Cannot reach host", { name: "last" });
  assert.deepEqual([lines.length, lines.at(-1).alike], [21, 480]);
});

Deno.test("a warning and an error are not the same, and what is no trouble is never left out", () => {
  const { lines, log } = writing();
  for (let round = 0; round < 3; round++) {
    log.debug("said");
    log.info("said");
    log.warning("said");
    log.error("said");
  }
  assert.deepEqual(lines.map(({ level }) => level).toSorted(), [
    ...Array(3).fill("DEBUG"),
    "ERROR",
    ...Array(3).fill("INFO"),
    "WARNING",
  ]);
});

Deno.test("what is remembered of repetitions is bounded", () => {
  const { time, lines, log } = writing();
  for (let index = 0; index < 1_001; index++) {
    log.warning(`message ${index}`);
    time.now++;
  }
  log.warning("message 0");
  log.warning("message 1000");
  // The first one has been forgotten, the last one not.
  assert.deepEqual(lines.slice(1_001).map(({ message }) => message), ["message 0"]);
});

const LEVELS: readonly (readonly [string, readonly string[]])[] = [
  ["INFO", ["INFO kube", "INFO aws", "INFO none"]],
  ["INFO,kube=DEBUG", ["DEBUG kube", "INFO kube", "INFO aws", "INFO none"]],
  ["ERROR,aws=INFO", ["INFO aws"]],
  ["DEBUG,kube=ERROR,aws=ERROR", ["DEBUG none", "INFO none"]],
];

for (const [level, expected] of LEVELS) {
  Deno.test(`LOG_LEVEL=${level} writes ${expected.join(", ")}`, () => {
    const { lines, log } = writing(level);
    for (const component of ["kube", "aws", undefined]) {
      const part = component === undefined ? log : log.with({ component });
      part.debug("said");
      part.info("said");
    }
    assert.deepEqual(lines.map(({ level, component = "none" }) => `${level} ${component}`), expected);
  });
}

Deno.test("a line that anybody logs in a reconcile carries its fields, the line's own first", async () => {
  const { lines, log } = writing();
  await withLogFields({ kind: "Bucket", namespace: "a", name: "data", reconcileId: "1" }, async () => {
    await Promise.resolve();
    log.info("Call is repeated", { name: "other" });
  });
  log.info("Stopped");
  const [inside, outside] = lines;
  assert.deepEqual([inside.kind, inside.reconcileId, inside.name], ["Bucket", "1", "other"]);
  assert.equal(outside.reconcileId, undefined);
});
