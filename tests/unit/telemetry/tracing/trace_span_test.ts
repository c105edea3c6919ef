import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace";
import assert from "node:assert/strict";
import { untraced } from "../../../../lib/telemetry/tracing/api.ts";
import { logFields, withLogFields } from "../../../../lib/telemetry/tracing/context.ts";
import { recorder } from "./recorder.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const REMOTE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

async function later(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("untraced() gives what its function gives, and no traceparent", async () => {
  assert.equal(await untraced("a", {}, ({ traceparent }) => Promise.resolve(traceparent)), undefined);
  const error = new Error("no");
  await assert.rejects(untraced("a", {}, () => Promise.reject(error)), error);
});

Deno.test("a span has its kind and attributes, and those that are set later", async () => {
  const { traceSpan, named } = recorder();
  await traceSpan("call", { kind: "client", attributes: () => ({ a: 1, none: undefined }) }, (span) => {
    span.set(() => ({ b: true }));
    return Promise.resolve();
  });
  const { kind, attributes, status } = named("call");
  assert.equal(kind, SpanKind.CLIENT);
  assert.deepEqual({ ...attributes }, { a: 1, b: true });
  assert.equal(status.code, SpanStatusCode.UNSET);
});

Deno.test("spans nest across awaits, and side by side they do not mix", async () => {
  const { traceSpan, named } = recorder();
  const work = (name: string) =>
    traceSpan(name, {}, async () => {
      await later();
      await traceSpan(`${name}/inner`, {}, later);
    });
  await Promise.all([work("a"), work("b")]);
  for (const name of ["a", "b"]) {
    assert.equal(named(name).parentSpanContext, undefined);
    assert.equal(named(`${name}/inner`).parentSpanContext?.spanId, named(name).spanContext().spanId);
  }
  assert.notEqual(named("a").spanContext().traceId, named("b").spanContext().traceId);
});

Deno.test("a span goes on from the parent that is given, and links to others", async () => {
  const { traceSpan, named } = recorder();
  await traceSpan("a", { parent: REMOTE, links: [REMOTE, "nonsense"] }, later);
  assert.equal(named("a").parentSpanContext?.spanId, "b7ad6b7169203331");
  assert.deepEqual(named("a").links.map(({ context }) => context.traceId), ["0af7651916cd43dd8448eb211c80319c"]);
});

Deno.test("a parent that is none is ignored", async () => {
  const { traceSpan, named } = recorder();
  await traceSpan("a", { parent: "nonsense" }, later);
  assert.equal(named("a").parentSpanContext, undefined);
});

Deno.test("a nested span is there only inside another one", async () => {
  const { traceSpan, spans } = recorder();
  await traceSpan("poll", { nested: true }, later);
  await traceSpan("pass", {}, () => traceSpan("request", { nested: true }, later));
  assert.deepEqual(spans.map(({ name }) => name), ["request", "pass"]);
});

Deno.test("what is said in a request's span carries the trace, and what begins there belongs to what is around it", async () => {
  const { traceSpan, named } = recorder();
  const fields = await traceSpan("pass", {}, () =>
    traceSpan("request", { kind: "client" }, async () => {
      await traceSpan("more", {}, later);
      return logFields();
    }));
  const { traceId, spanId } = named("pass").spanContext();
  assert.deepEqual(fields, { traceId });
  assert.equal(named("request").parentSpanContext?.spanId, spanId);
  assert.equal(named("more").parentSpanContext?.spanId, spanId);
});

Deno.test("a span gives its traceparent", async () => {
  const { traceSpan, named } = recorder();
  const traceparent = await traceSpan("a", {}, (span) => Promise.resolve(span.traceparent));
  const { traceId, spanId } = named("a").spanContext();
  assert.equal(traceparent, `00-${traceId}-${spanId}-01`);
});

Deno.test("what throws is recorded without its secrets, once, and passed on", async () => {
  const { traceSpan, named } = recorder();
  const error = new TypeError(`signed with ${SECRET} by AKIAIOSFODNN7EXAMPLE for {"Statement":[]}`);
  await assert.rejects(traceSpan("outer", {}, () => traceSpan("inner", {}, () => Promise.reject(error))), error);
  const message = "signed with [redacted] by [key id] for …";
  for (const name of ["inner", "outer"]) {
    assert.deepEqual(named(name).status, { code: SpanStatusCode.ERROR, message });
    assert.equal(named(name).attributes["error.type"], "TypeError");
  }
  assert.deepEqual(named("inner").events.map(({ name, attributes }) => [name, { ...attributes }]), [
    ["exception", { "exception.type": "TypeError", "exception.message": message }],
  ]);
  assert.deepEqual(named("outer").events, []);
});

Deno.test("a function that throws at once ends its span too", async () => {
  const { traceSpan, spans } = recorder();
  await assert.rejects(traceSpan("a", {}, () => {
    throw new Error("at once");
  }));
  assert.equal(spans.length, 1);
});

Deno.test("an error that is expected does not make the span one that failed", async () => {
  const { traceSpan, named } = recorder();
  await assert.rejects(traceSpan("a", { expected: () => true }, () => Promise.reject(new Error("not there"))));
  assert.equal(named("a").status.code, SpanStatusCode.UNSET);
  assert.deepEqual(named("a").events, []);
});

Deno.test("a span can fail although nothing is thrown", async () => {
  const { traceSpan, named } = recorder();
  await traceSpan("a", {}, (span) => Promise.resolve(span.fail("AccessDenied", `no ${SECRET}`)));
  assert.equal(named("a").attributes["error.type"], "AccessDenied");
  assert.deepEqual(named("a").status, { code: SpanStatusCode.ERROR, message: "no [redacted]" });
});

Deno.test("where nothing is sampled no attribute is computed, nothing is recorded, and the work is done", async () => {
  const { traceSpan, spans } = recorder(new AlwaysOffSampler());
  const attributes = () => {
    throw new Error("computed");
  };
  const result = await traceSpan("outer", { attributes }, () =>
    traceSpan("inner", { attributes }, (span) => {
      span.set(attributes);
      assert.equal(span.traceparent, undefined);
      return Promise.resolve(5);
    }));
  assert.equal(result, 5);
  assert.deepEqual(spans, []);
});

Deno.test("what is logged meanwhile carries the fields of the reconcile and its trace", async () => {
  const { traceSpan, named } = recorder();
  const fields = await withLogFields({ reconcileId: "1" }, () =>
    traceSpan("a", {}, async () => {
      await later();
      return logFields();
    }));
  assert.deepEqual(fields, { reconcileId: "1", traceId: named("a").spanContext().traceId });
  assert.deepEqual(logFields(), {});
});
