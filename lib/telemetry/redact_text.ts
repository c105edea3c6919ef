/** Longer text is cut off; so much is read at all. */
const MOST_LENGTH = 10_000;
const MOST_READ = 100_000;

/** What looks like a secret wherever it stands, and what takes its place. The order matters: the wider ones first. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted]"],
  // A header and its value up to the end of the line or of the JSON string, of any scheme.
  [/\b((?:proxy-)?authorization\\?["']?\s*[:=]\s*\\?["']?)[^\r\n"'\\}]+/gi, "$1[redacted]"],
  [/\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/gi, "$1[redacted]"],
  // Signature parts of a header or a pre-signed URL; the credential holds the key id.
  [/\b((?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|Credential)=)[^&\s"',]+/gi, "$1[redacted]"],
  [/\b(x-amz-security-token\\?["']?\s*:\s*\\?["']?)[^\s"'\\,]+/gi, "$1[redacted]"],
  [
    /(?<![A-Za-z0-9])((?:password|passwd|secret[-_]?(?:access[-_]?)?key|session[-_]?token|client[-_]?secret)\\?["']?\s*[:=]\s*\\?["']?)[^\s"'&,;\\}]+/gi,
    "$1[redacted]",
  ],
  [/<(SecretAccessKey|SessionToken)>[^<]*/g, "<$1>[redacted]"],
  // User and password of a URL. The bound on the scheme keeps the search linear, like the one on the next.
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]+:[^\s/@]+@/gi, "$1[redacted]@"],
  // JSON web tokens, such as a service account's.
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, "[redacted]"],
  // Access key ids: twenty capital letters and digits, at Wasabi without AWS's prefix. The end tells them apart.
  [/(?<![A-Za-z0-9])[A-Z0-9]{12,28}([A-Z0-9]{4})(?![A-Za-z0-9])/g, "****$1"],
];

/**
 * Forty characters of base64, percent-encoded or with escaped slashes too: a secret access key, or something longer.
 */
const BASE64 = /(?:[A-Za-z0-9/+]|\\\/|%2[BFbf]|%252[BFbf]){40,}=*/g;

/** A path: it has no capital letter, which of secret access keys one in a thousand million lacks, and no long part. */
function isPath(text: string): boolean {
  return !/[A-Z+=%\\]/.test(text) && text.split("/").every((part) => part.length < 40);
}

/**
 * Most of what is logged: names, ids and words, in which nothing above can be found. Looking for all of it there was a
 * hundredth of a reconcile's processor time.
 */
const HARMLESS = /^(?!.*\d{16})[a-z0-9._/-]{0,39}$/;

/**
 * Takes secrets out of text by their looks: keys, tokens, signatures, passwords; key ids keep their last four
 * characters.
 */
export function redactText(text: string): string {
  let clean = text.slice(0, MOST_READ);
  if (HARMLESS.test(clean)) return clean;
  for (const [pattern, replacement] of PATTERNS) clean = clean.replaceAll(pattern, replacement);
  clean = clean.replaceAll(BASE64, (found) => isPath(found) ? found : "[redacted]");
  return clean.length > MOST_LENGTH ? `${clean.slice(0, MOST_LENGTH)}…` : clean;
}
