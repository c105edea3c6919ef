import { redactText } from "./redact_text.ts";

const REDACTED = "[redacted]";
const MOST_DEPTH = 8;
const MOST_ITEMS = 100;

/** Fields that hold a secret whatever it looks like, by their names without case, `-` and `_`. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "secretaccesskey",
  "awssecretaccesskey",
  "awssessiontoken",
  "apikey",
  "bearertoken",
  "secretkey",
  "sessiontoken",
  "securitytoken",
  "xamzsecuritytoken",
  "xamzsignature",
  "password",
  "passwd",
  "token",
  "accesstoken",
  "refreshtoken",
  "idtoken",
  "authorization",
  "proxyauthorization",
  "cookie",
  "setcookie",
  "clientsecret",
  "clientkeydata",
  "privatekey",
  "stringdata",
  // Holds a whole manifest, a Secret's too.
  "kubectl.kubernetes.io/lastappliedconfiguration",
]);

/** Values of a copy in all, so that what is wide at every depth does not fill the memory. */
const MOST_VALUES = 2_000;

/** How a copy stands: what may still be copied, and the objects that the value is in. */
interface Progress {
  readonly room: { values: number };
  readonly above: readonly object[];
}

/**
 * A copy of a value that is fit for a log: plain data without secrets. Credentials, Secret objects and SDK answers lose
 * their secrets by the names of their fields, all other text by pattern. Never throws.
 */
export function redact(value: unknown): unknown {
  return copy(value, { room: { values: MOST_VALUES }, above: [] });
}

function copy(value: unknown, progress: Progress): unknown {
  const { room, above } = progress;
  if (room.values-- <= 0) return "[more]";
  try {
    switch (typeof value) {
      case "string":
        return redactText(value);
      case "number":
      case "boolean":
      case "undefined":
        return value;
      case "object":
        break;
      case "function":
        return `[function ${redactText(String(value.name))}]`;
      default:
        return redactText(String(value));
    }
    if (value === null) return null;
    if (above.includes(value)) return "[circular]";
    if (above.length >= MOST_DEPTH) return "[deep]";
    return copyObject(value, { room, above: [...above, value] });
  } catch {
    return "[unreadable]";
  }
}

function copyObject(value: object, progress: Progress): unknown {
  if (value instanceof Error) return copyError(value, progress);
  if (value instanceof Date || value instanceof URL || value instanceof RegExp) return redactText(String(value));
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) {
    const items = [...first(value)].map((item) => copy(item, progress));
    const size = Array.isArray(value) ? value.length : value.size;
    return size > MOST_ITEMS ? [...items, `[${size - MOST_ITEMS} more]`] : items;
  }
  const entries = value instanceof Map || value instanceof Headers ? [...first(value)] : Object.entries(value);
  return copyFields(entries, progress);
}

function* first<T>(items: Iterable<T>): Iterable<T> {
  let count = 0;
  for (const item of items) {
    if (count++ >= MOST_ITEMS) return;
    yield item;
  }
}

function copyFields(entries: readonly [unknown, unknown][], progress: Progress): Record<string, unknown> {
  const fields = entries.slice(0, MOST_ITEMS).map(([name, value]) => {
    const key = String(name);
    return [redactText(key), isSecretField(key, value) ? REDACTED : copy(value, progress)];
  });
  return Object.fromEntries(fields);
}

/** An error with its causes; other fields of it too, for SDK errors carry the answer there. */
function copyError(error: Error, progress: Progress): unknown {
  const { name, message, stack, cause } = error;
  const fields = Object.entries(error).filter(([key]) => key !== "name" && key !== "cause" && !key.startsWith("$"));
  return {
    name: redactText(String(name)),
    message: redactText(String(message)),
    ...copyFields(fields, progress),
    ...(error instanceof AggregateError ? { errors: copy(error.errors, progress) } : {}),
    ...(cause === undefined ? {} : { cause: copy(cause, progress) }),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
  };
}

function isSecretField(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (SECRET_FIELDS.has(name.toLowerCase().replaceAll(/[-_]/g, ""))) return true;
  return name === "data" && isTextRecord(value);
}

/** The `data` of a Secret, whose items in a list carry no kind. */
function isTextRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string");
}
