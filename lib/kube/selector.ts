/** What one part of a selector asks of an object's labels. */
interface Requirement {
  readonly key: string;
  readonly matches: (value: string | undefined) => boolean;
}

/** A label selector that can be asked about labels. */
export interface Selector {
  /** As it was given, without blanks around it. */
  readonly text: string;
  /** The labels that it looks at, each once. */
  readonly keys: readonly string[];
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
}

const KEY = String.raw`(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const IN = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const ONE_VALUE = new RegExp(`^${VALUE}$`);

/**
 * Reads a selector as kubectl's `-l` has it: `a`, `!a`, `a=b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`, separated by
 * commas. As in Kubernetes, `a!=b` and `a notin (b)` match what has no label `a`.
 * @throws SyntaxError naming the part that cannot be read
 */
export function parseSelector(text: string): Selector {
  // A comma between parentheses belongs to its list.
  const requirements = text.split(/,(?![^()]*\))/).map((part) => parseRequirement(part.trim()));
  return {
    text: text.trim(),
    keys: [...new Set(requirements.map(({ key }) => key))],
    matches: (labels = {}) =>
      requirements.every(({ key, matches }) => matches(Object.hasOwn(labels, key) ? labels[key] : undefined)),
  };
}

function parseRequirement(part: string): Requirement {
  const [, not, existing] = EXISTS.exec(part) ?? [];
  if (existing !== undefined) return { key: existing, matches: (value) => (value === undefined) === (not === "!") };
  const [, equal, operator, wanted] = EQUALS.exec(part) ?? [];
  if (equal !== undefined) return { key: equal, matches: (value) => (value === wanted) === (operator !== "!=") };
  const [, listed, membership, list] = IN.exec(part) ?? [];
  const values = list?.split(",").map((value) => value.trim()) ?? [];
  if (listed !== undefined && values.every((value) => ONE_VALUE.test(value))) {
    return {
      key: listed,
      matches: (value) => (value !== undefined && values.includes(value)) === (membership === "in"),
    };
  }
  throw new SyntaxError(`"${part}" is no part of a label selector`);
}
