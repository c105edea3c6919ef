/** A policy document, as far as the service looks into it. */
export interface PolicyDocument {
  readonly Version?: unknown;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** `undefined` where the text is not a JSON object with at least one statement. */
export function parseDocument(text: string): PolicyDocument | undefined {
  const document = parseJson(text);
  if (!isRecord(document) || Object.keys(document).some((key) => !["Version", "Id", "Statement"].includes(key))) {
    return undefined;
  }
  const statements = listOf(document.Statement);
  if (statements.length === 0 || !statements.every(isRecord)) return undefined;
  return { Version: document.Version, Statement: statements };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A scalar as a list of one, nothing as an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `*` and `?` as policies mean them. */
export function matchesPattern(pattern: unknown, text: string, options: { ignoreCase?: boolean } = {}): boolean {
  const source = String(pattern).replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`, options.ignoreCase ? "is" : "s").test(text);
}
