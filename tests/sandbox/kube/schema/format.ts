const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** What is wrong with a string of a format; formats that are not known here take all. */
export function formatError(value: string, format: string): string | undefined {
  if (format === "date-time") {
    return DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : "not a time";
  }
  if (format === "uri") return isUri(value) ? undefined : "not a URI";
  if (format === "byte") return isBase64(value) ? undefined : "not base64";
  return undefined;
}

/** As Go's `url.ParseRequestURI` has it: absolute, or a path from the root. */
function isUri(value: string): boolean {
  if (value.startsWith("/")) return true;
  const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/.exec(value) ?? [];
  if (rest === undefined) return false;
  const [, authority] = /^\/\/([^/?#]*)/.exec(rest) ?? [];
  return authority === undefined || /^[^\s:]*(:\d*)?$/.test(authority.replace(/^.*@|\[.*\]/g, ""));
}

/** Standard base64 with its padding. */
export function isBase64(value: string): boolean {
  const text = value.replace(/[\r\n]/g, "");
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
