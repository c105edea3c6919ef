import fc from "fast-check";
import assert from "node:assert/strict";
import type { LogFields, Logger } from "../../../lib/telemetry/api.ts";
import { LOG_LEVELS, type LogLevel } from "../../../lib/telemetry/log_levels.ts";
import { createLogger, noopLogger } from "../../../lib/telemetry/log.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

interface Written {
  readonly log: Logger;
  readonly lines: string[];
}

function writing({ level = "DEBUG", readable = false }: { level?: LogLevel; readable?: boolean } = {}): Written {
  const lines: string[] = [];
  const now = () => Date.UTC(2026, 0, 31, 12);
  return { lines, log: createLogger({ level, readable, now, write: (line) => void lines.push(line) }) };
}

/** The one line that a message with these fields makes. */
function line(message: string, fields: LogFields = {}, options: { readable?: boolean } = {}): string {
  const { log, lines } = writing(options);
  log.info(message, fields);
  assert.equal(lines.length, 1);
  return lines[0]!;
}

const SAY: Readonly<Record<LogLevel, (log: Logger) => void>> = {
  DEBUG: (log) => log.debug("said"),
  INFO: (log) => log.info("said"),
  WARNING: (log) => log.warning("said"),
  ERROR: (log) => log.error("said"),
};

for (const [at, level] of LOG_LEVELS.entries()) {
  Deno.test(`a logger of level ${level} writes ${LOG_LEVELS.slice(at).join(", ")}`, () => {
    const { log, lines } = writing({ level });
    for (const say of Object.values(SAY)) say(log);
    assert.deepEqual(lines.map((text) => JSON.parse(text).level), LOG_LEVELS.slice(at));
  });
}

Deno.test("a line is one JSON object with time, level, object and message first, in that order", () => {
  const fields = {
    code: "x",
    name: "data",
    reason: "Drift",
    reconcileId: "1",
    namespace: "a",
    kind: "Bucket",
    uid: "u",
  };
  assert.equal(
    line("Applied", fields),
    '{"time":"2026-01-31T12:00:00.000Z","level":"INFO","kind":"Bucket","namespace":"a","name":"data","uid":"u",' +
      '"reconcileId":"1","reason":"Drift","message":"Applied","code":"x"}',
  );
});

Deno.test("fields that are absent are left out", () => {
  assert.equal(
    line("Started", { name: undefined }),
    '{"time":"2026-01-31T12:00:00.000Z","level":"INFO","message":"Started"}',
  );
});

Deno.test("fields cannot stand for time, level or message", () => {
  const shown = JSON.parse(line("real", { time: "x", level: "ERROR", message: "forged" }));
  assert.deepEqual(shown, { time: "2026-01-31T12:00:00.000Z", level: "INFO", message: "real" });
});

Deno.test("with() adds fields to all lines of its logger and to no other's", () => {
  const { log, lines } = writing();
  const own = log.with({ kind: "Bucket" }).with({ name: "data" });
  own.warning("one", { name: "other" });
  own.error("two");
  log.info("three");
  assert.deepEqual(lines.map((text) => JSON.parse(text)).map(({ kind, name }) => [kind, name]), [
    ["Bucket", "other"],
    ["Bucket", "data"],
    [undefined, undefined],
  ]);
});

Deno.test("a line is one line, whatever it has to say", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.anything(), (message, value) => {
    const text = line(message, { value });
    assert.ok(!/[\n\r]/.test(text));
    assert.equal(JSON.parse(text).level, "INFO");
  }));
});

Deno.test("no line has a secret, in the message, the fields or those of with()", () => {
  for (const readable of [false, true]) {
    const { log, lines } = writing({ readable });
    const error = new Error(SECRET, { cause: new Error(`Bearer ${SECRET}`) });
    log.with({ settings: { credentials: { secretAccessKey: "hunter2" } } }).error(`got ${SECRET}`, { error });
    assert.equal(lines.length, 1);
    assert.ok(!lines[0]!.includes(SECRET) && !lines[0]!.includes("hunter2"), lines[0]!);
  }
});

Deno.test("a log that cannot be written stops nothing", () => {
  const log = createLogger({
    level: "DEBUG",
    now: () => 0,
    write: () => {
      throw new Error("pipe closed");
    },
  });
  assert.doesNotThrow(() => log.info("a"));
});

Deno.test("the readable form has the object before the message and the rest behind it", () => {
  const fields = {
    kind: "Bucket",
    namespace: "team-a",
    name: "data",
    uid: "u",
    reconcileId: "1",
    reason: "Drift",
    n: 1,
  };
  assert.equal(
    line("Applied tagging", fields, { readable: true }),
    "12:00:00 INFO    Bucket team-a/data: Applied tagging (reason=Drift, n=1)",
  );
  assert.equal(line("Started", {}, { readable: true }), "12:00:00 INFO    Started");
});

Deno.test("the readable form has an error's stack, and its causes, on lines of their own", () => {
  const error = new Error("outer", { cause: new TypeError("inner") });
  const text = line("Failed", { error }, { readable: true });
  const lines = text.split("\n");
  assert.equal(lines[0], "12:00:00 INFO    Failed");
  assert.equal(lines[1], "  Error: outer");
  assert.match(lines[2] ?? "", /^ {6}at /);
  assert.ok(lines.includes("  Caused by: TypeError: inner"), text);
});

Deno.test("the readable form shows an error that is none", () => {
  assert.equal(line("Failed", { error: "no" }, { readable: true }), '12:00:00 INFO    Failed\n  "no"');
});

Deno.test("a terminal obeys nothing in a message, a name or an error, and sees no forged line", () => {
  // deno-lint-ignore no-control-regex
  const order = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
  const evil = "\x1b[2J\x07\r\n12:00:00 ERROR forged\u202egnp.exe\x9b31m\u2028";
  const text = line(evil, { kind: evil, name: evil, value: evil, list: [evil] }, { readable: true });
  assert.doesNotMatch(text, order);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => {
    assert.doesNotMatch(line(value, { name: value, [value]: value }, { readable: true }).split("\n")[0]!, order);
    const error = Object.assign(new Error(value), { stack: value });
    for (const each of line("a", { error }, { readable: true }).split("\n")) assert.doesNotMatch(each, order);
  }));
});

Deno.test("the logger that writes nothing does so, also with fields", () => {
  for (const say of Object.values(SAY)) assert.doesNotThrow(() => say(noopLogger.with({ a: 1 })));
});
