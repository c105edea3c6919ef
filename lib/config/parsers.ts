import { LOG_COMPONENTS, LOG_LEVELS } from "../telemetry/log_levels.ts";
import { oneOf } from "./setting.ts";
import { UsageError } from "./usage_error.ts";

/** A URL of http or https without a user in it, for whom there are headers. */
export function url(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError("give a URL that begins with http:// or https://, such as http://collector:4318");
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new UsageError("user and password do not belong into the URL: give them as a header");
  }
  return text;
}

/** A share from 0 to 1. */
export function ratio(text: string): number {
  const number = /^[\d.eE-]+$/.test(text) ? Number(text) : NaN;
  if (!(number >= 0 && number <= 1)) throw new UsageError("give a number from 0 to 1");
  return number;
}

/** Of a name: RFC 9110's token, as W3C Baggage has it. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** `name=value,name=value` as W3C Baggage without its properties: values percent-encoded, blanks around them dropped. */
export function keyValues(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "").map((pair, index) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at < 0 || !TOKEN.test(name)) throw new UsageError(`pair ${index + 1} is not of the form name=value`);
    const value = decoded(pair.slice(at + 1).trim());
    if (value === undefined) throw new UsageError(`the value of "${name}" is not percent-encoded text`);
    return [name, value];
  });
  return Object.fromEntries(pairs);
}

/** Attributes of a resource: names are percent-encoded as well (opentelemetry.io/docs/specs/otel/resource/sdk). */
export function resourceAttributes(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(keyValues(text)).map(([name, value]) => {
      const plain = decoded(name);
      if (plain === undefined) throw new UsageError(`the name "${name}" is not percent-encoded text`);
      return [plain, value];
    }),
  );
}

/** Percent-decoded; `undefined` for what is not, and for what no header may hold. */
function decoded(value: string): string | undefined {
  try {
    const text = decodeURIComponent(value);
    // deno-lint-ignore no-control-regex
    return /[\x00-\x08\x0a-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Name-value pairs that a request may carry as headers. */
export function headers(text: string): Readonly<Record<string, string>> {
  const pairs = keyValues(text);
  const wrong = Object.entries(pairs).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value));
  if (wrong !== undefined) throw new UsageError(`the value of "${wrong[0]}" has characters that no header may have`);
  return pairs;
}

/** OpenTelemetry's booleans: nothing but `true` and `false`, in any case. */
export function standardBoolean(text: string): boolean {
  return strictBoolean(text) === "true";
}

const strictBoolean = oneOf(["true", "false"]);
const level = oneOf(LOG_LEVELS, { warn: "WARNING", critical: "ERROR", fatal: "ERROR" });
const component = oneOf(LOG_COMPONENTS);

/** A level, with those of components behind it: `INFO`, or `INFO,kube=DEBUG`. */
export function logLevel(text: string): string {
  const parts = text.split(",").map((part) => part.split("=").map((word) => word.trim()));
  const defaults = parts.filter(({ length }) => length === 1).map(([word = ""]) => level(word));
  if (defaults.length > 1) throw new UsageError("give one level, and component=level for what differs from it");
  const others = parts.filter(({ length }) => length > 1).map(([name = "", ...words]) => {
    return `${component(name)}=${level(words.join("="))}`;
  });
  return [defaults[0] ?? "INFO", ...others].join();
}
