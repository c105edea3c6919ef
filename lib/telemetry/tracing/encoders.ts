import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { PROTOCOLS } from "./options.ts";
import { ProtobufEncoder } from "./protobuf.ts";

/** Makes bodies of OTLP requests of spans that have ended. */
export interface Encoder {
  readonly contentType: string;
  add(span: ReadableSpan): void;
  /** An `ExportTraceServiceRequest` with the spans added since the last one. */
  take(): Uint8Array<ArrayBuffer>;
}

/** By the library, which encodes whole requests alone. */
class JsonEncoder implements Encoder {
  readonly contentType = "application/json";
  #spans: ReadableSpan[] = [];

  add(span: ReadableSpan): void {
    this.#spans.push(span);
  }

  take(): Uint8Array<ArrayBuffer> {
    const spans = this.#spans;
    this.#spans = [];
    return JsonTraceSerializer.serializeRequest(spans) as Uint8Array<ArrayBuffer>;
  }
}

export const ENCODERS: Readonly<Record<typeof PROTOCOLS[number], new () => Encoder>> = {
  "http/protobuf": ProtobufEncoder,
  "http/json": JsonEncoder,
};
