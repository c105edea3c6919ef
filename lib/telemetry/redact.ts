const REDACTED = "[redacted]";
/** Fields that hold a secret whatever they look like; compared in lower case. */
const SECRET_FIELDS = new Set([
  "secretaccesskey",
  "secret-access-key",
  "sessiontoken",
  "session-token",
  "authorization",
  "x-amz-security-token",
  "password",
  "token",
  "kubectl.kubernetes.io/last-applied-configuration",
]);
const MOST_DEPTH = 8;

/** Patterns of secrets in text, with what is kept of each. */
const PATTERNS: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/(authorization["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi, `$1${REDACTED}`],
  [/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${REDACTED}`],
  [/(X-Amz-(?:Signature|Security-Token)=)[^&\s"']+/gi, `$1${REDACTED}`],
  [/\b(Signature=)[0-9a-f]+/gi, `$1${REDACTED}`],
  // Secret access keys have 40 characters, session tokens more. Names in Kubernetes and S3 have no capital letter.
  [/(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40,}={0,2}(?![A-Za-z0-9/+])/g, (found) => /[A-Z]/.test(found) ? REDACTED : found],
  // Access key ids: 20 capitals and digits, at AWS (AKIA…, ASIA…) and at Wasabi.
  [/(?<![A-Za-z0-9])(?=[A-Z0-9]*[A-Z])[A-Z0-9]{20}(?![A-Za-z0-9])/g, (found) => `…${found.slice(-4)}`],
];

/** Text without secrets; access key ids keep their last four characters. */
export function redactText(text: string): string {
  return PATTERNS.reduce((left, [pattern, kept]) => left.replace(pattern, kept as string), text);
}

/** A value as plain JSON without secrets: by type (credentials, data of Secrets), by field, and by pattern. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Error) return redactText(errorText(value));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MOST_DEPTH) return "[deep]";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const isSecret = (value as { kind?: unknown }).kind === "Secret";
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const hidden = SECRET_FIELDS.has(field.toLowerCase()) && inner !== undefined ||
        isSecret && (field === "data" || field === "stringData");
      return [field, hidden ? REDACTED : redact(inner, depth + 1)];
    }),
  );
}

/** An error's name and message, and those of its causes. */
export function errorText(error: Error): string {
  const { cause } = error;
  const own = `${error.name}: ${error.message}`;
  if (cause === undefined || cause === error) return own;
  return `${own} (cause: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)})`;
}
