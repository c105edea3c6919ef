import { type Span, SpanStatusCode, trace, type Tracer, type TracerProvider } from "@opentelemetry/api";
import assert from "node:assert/strict";
import { traceSpan } from "../../../lib/telemetry/trace.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

interface SpanRecord {
  readonly name: string;
  readonly attributes: unknown;
  readonly calls: unknown[];
}

/** Runs with a tracer that writes down what its spans are told. */
async function recorded(run: () => Promise<unknown>): Promise<SpanRecord[]> {
  const spans: SpanRecord[] = [];
  const tracer = {
    startActiveSpan(name: string, { attributes }: { attributes: unknown }, fn: (span: Span) => unknown) {
      const record: SpanRecord = { name, attributes, calls: [] };
      spans.push(record);
      return fn({
        setStatus: (status: unknown) => record.calls.push(["status", status]),
        recordException: (exception: unknown) => record.calls.push(["exception", exception]),
        end: () => record.calls.push(["end"]),
      } as unknown as Span);
    },
  } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer } as TracerProvider);
  try {
    await run();
  } finally {
    trace.disable();
  }
  return spans;
}

Deno.test("traceSpan() gives what its function gives, with no tracer at all", async () => {
  assert.equal(await traceSpan("a", {}, () => Promise.resolve(5)), 5);
  const error = new Error("no");
  await assert.rejects(traceSpan("a", {}, () => Promise.reject(error)), error);
});

Deno.test("traceSpan() ends its span after the function, once", async () => {
  const spans = await recorded(() =>
    traceSpan("S3.ListBuckets", { attributes: { "rpc.system": "aws-api" } }, async () => {
      await Promise.resolve();
    })
  );
  assert.deepEqual(spans, [{ name: "S3.ListBuckets", attributes: { "rpc.system": "aws-api" }, calls: [["end"]] }]);
});

Deno.test("traceSpan() records a throw without its secrets, and passes it on", async () => {
  const error = new TypeError(`signed with ${SECRET}`);
  const [span] = await recorded(() => assert.rejects(traceSpan("a", {}, () => Promise.reject(error)), error));
  const message = "signed with [redacted]";
  assert.deepEqual(span?.calls, [
    ["exception", { name: "TypeError", message }],
    ["status", { code: SpanStatusCode.ERROR, message }],
    ["end"],
  ]);
});

Deno.test("traceSpan() ends its span when the function throws at once", async () => {
  const [span] = await recorded(() =>
    assert.rejects(traceSpan("a", {}, () => {
      throw new Error("at once");
    }))
  );
  assert.deepEqual(span?.calls.at(-1), ["end"]);
});
