const LABEL_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${LABEL_KEY})?`;
const DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;

const keyPattern = new RegExp(`^${LABEL_KEY}$`);
const valuePattern = new RegExp(`^${LABEL_VALUE}$`);
const labelPattern = new RegExp(`^${DNS_LABEL}$`);
const subdomainPattern = new RegExp(`^${DNS_SUBDOMAIN}$`);

const ALPHANUMERIC = "must start and end with an alphanumeric character";
const KEY_RULE = `must consist of alphanumeric characters, '-', '_' or '.', and ${ALPHANUMERIC}`;

/** What is wrong with a DNS-1123 subdomain, in the API server's words. */
export function subdomainErrors(value: string): string[] {
  const errors = tooLong(value, 253, "characters");
  if (!subdomainPattern.test(value)) {
    const rule =
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and ${ALPHANUMERIC}`;
    errors.push(withPattern(rule, DNS_SUBDOMAIN, ["example.com"]));
  }
  return errors;
}

/** What is wrong with a DNS-1123 label: the name of a namespace. */
export function dnsLabelErrors(value: string): string[] {
  if (value.includes(".")) return ["must not contain dots"];
  const errors = tooLong(value, 63);
  if (!labelPattern.test(value)) {
    const rule =
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and ${ALPHANUMERIC}`;
    errors.push(withPattern(rule, DNS_LABEL, ["my-name", "123-abc"]));
  }
  return errors;
}

/** What is wrong with the key of a label or an annotation, or with a finalizer. */
export function qualifiedNameErrors(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2) {
    const rule = withPattern(KEY_RULE, LABEL_KEY, ["MyName", "my.name", "123-abc"]);
    return [`a valid label key ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : [undefined, parts[0] ?? ""];
  const errors: string[] = [];
  if (prefix === "") errors.push("prefix part must be non-empty");
  else if (prefix !== undefined) errors.push(...subdomainErrors(prefix).map((text) => `prefix part ${text}`));
  if (name === "") errors.push("name part must be non-empty");
  else errors.push(...tooLong(name, 63).map((text) => `name part ${text}`));
  if (!keyPattern.test(name)) {
    errors.push(`name part ${withPattern(KEY_RULE, LABEL_KEY, ["MyName", "my.name", "123-abc"])}`);
  }
  return errors;
}

/** What is wrong with the value of a label. */
export function labelValueErrors(value: string): string[] {
  const errors = tooLong(value, 63);
  if (!valuePattern.test(value)) {
    const rule =
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and ${ALPHANUMERIC}`;
    errors.push(withPattern(rule, LABEL_VALUE, ["MyValue", "my_value", "12345"]));
  }
  return errors;
}

function tooLong(value: string, most: number, unit = "bytes"): string[] {
  return value.length > most ? [`must be no more than ${most} ${unit}`] : [];
}

function withPattern(rule: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`;
}
