import { redactText } from "./redact_text.ts";

const REDACTED = "[redacted]";
const MOST_DEPTH = 8;
const MOST_ITEMS = 100;

/** Fields that hold a secret whatever it looks like, by their names without case, `-` and `_`. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "secretaccesskey",
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

/**
 * A copy of a value that is fit for a log: plain data without secrets. Credentials, Secret objects and SDK answers lose
 * their secrets by the names of their fields, all other text by pattern. Never throws.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  switch (typeof value) {
    case "string":
      return redactText(value);
    case "number":
    case "boolean":
    case "undefined":
      return value;
    case "object":
      break;
    default:
      return redactText(String(value));
  }
  if (value === null) return null;
  if (above.has(value)) return "[circular]";
  if (depth >= MOST_DEPTH) return "[deep]";
  try {
    return copyObject(value, depth + 1, new Set([...above, value]));
  } catch {
    return "[unreadable]";
  }
}

function copyObject(value: object, depth: number, above: ReadonlySet<object>): unknown {
  if (value instanceof Error) return copyError(value, depth, above);
  if (value instanceof Date || value instanceof URL || value instanceof RegExp) return redactText(String(value));
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, MOST_ITEMS).map((item) => copy(item, depth, above));
  }
  const entries = value instanceof Map || value instanceof Headers ? [...value] : Object.entries(value);
  return copyFields(entries, depth, above);
}

function copyFields(entries: readonly [unknown, unknown][], depth: number, above: ReadonlySet<object>) {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of entries.slice(0, MOST_ITEMS)) {
    const key = String(name);
    fields[redactText(key)] = isSecretField(key, value) ? REDACTED : copy(value, depth, above);
  }
  return fields;
}

/** An error with its causes; other fields of it too, for SDK errors carry the answer there. */
function copyError(error: Error, depth: number, above: ReadonlySet<object>): unknown {
  const { name, message, stack, cause } = error;
  const fields = Object.entries(error).filter(([key]) => key !== "name" && key !== "cause" && !key.startsWith("$"));
  return {
    name: redactText(String(name)),
    message: redactText(String(message)),
    ...copyFields(fields, depth, above),
    ...(error instanceof AggregateError ? { errors: copy(error.errors, depth, above) } : {}),
    ...(cause === undefined ? {} : { cause: copy(cause, depth, above) }),
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
