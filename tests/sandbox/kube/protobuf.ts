import { badRequest } from "./errors.ts";
import type { JsonObject } from "./object.ts";

/**
 * Reads the few objects that `kubectl create` sends as protobuf, whatever the server says: namespaces, Secrets and
 * ConfigMaps. Answers are JSON, which it takes.
 */
export function fromProtobuf(bytes: Uint8Array): JsonObject {
  if (text(bytes.subarray(0, 4)) !== "k8s\0") throw badRequest("the body is not protobuf of Kubernetes");
  const unknown = fields(bytes.subarray(4));
  const type = fields(last(unknown, 1));
  const [apiVersion, kind] = [string(type, 1), string(type, 2)];
  const message = fields(last(unknown, 2));
  const read = READERS[kind];
  if (read === undefined) throw badRequest(`protobuf of ${kind} is not spoken here`);
  return { apiVersion, kind, metadata: metadataOf(fields(last(message, 1))), ...read(message) };
}

type Fields = ReadonlyMap<number, readonly Uint8Array[]>;

const READERS: Readonly<Record<string, (message: Fields) => JsonObject>> = {
  Namespace: () => ({}),
  Secret: (message) => ({
    data: map(message, 2, (value) => btoa(String.fromCharCode(...value))),
    ...optional({ type: string(message, 3) }),
    stringData: map(message, 4, text),
  }),
  ConfigMap: (message) => ({
    data: map(message, 2, text),
    binaryData: map(message, 3, (value) => btoa(String.fromCharCode(...value))),
  }),
};

function metadataOf(message: Fields): JsonObject {
  return {
    ...optional({ name: string(message, 1), generateName: string(message, 2), namespace: string(message, 3) }),
    labels: map(message, 11, text),
    annotations: map(message, 12, text),
    finalizers: (message.get(14) ?? []).map(text),
  };
}

function optional(values: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

function map(message: Fields, number: number, read: (value: Uint8Array) => string): Record<string, string> {
  const entries = (message.get(number) ?? []).map(fields);
  return Object.fromEntries(entries.map((entry) => [string(entry, 1), read(last(entry, 2))]));
}

function string(message: Fields, number: number): string {
  return text(last(message, number));
}

function last(message: Fields, number: number): Uint8Array {
  return message.get(number)?.at(-1) ?? new Uint8Array();
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The fields with a length, by their number; numbers are skipped. */
function fields(bytes: Uint8Array): Fields {
  const found = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw badRequest("the protobuf ends too soon");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) varint();
    else if (wire === 2) {
      const length = varint();
      found.set(number, [...found.get(number) ?? [], bytes.subarray(at, at + length)]);
      at += length;
    } else throw badRequest(`protobuf of wire type ${wire} is not spoken here`);
  }
  return found;
}
