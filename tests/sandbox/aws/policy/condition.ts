import { isRecord, listOf, matchesPattern } from "./document.ts";

/** What conditions and policy variables may ask for, by key, such as `aws:username` or `s3:prefix`. */
export type Facts = Readonly<Record<string, string | undefined>>;

type Test = (wanted: unknown, actual: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => String(wanted) === actual,
  StringEqualsIgnoreCase: (wanted, actual) => String(wanted).toLowerCase() === actual.toLowerCase(),
  StringLike: (wanted, actual) => matchesPattern(wanted, actual),
  ArnEquals: (wanted, actual) => matchesPattern(wanted, actual),
  ArnLike: (wanted, actual) => matchesPattern(wanted, actual),
  Bool: (wanted, actual) => String(wanted).toLowerCase() === actual.toLowerCase(),
  IpAddress: (wanted, actual) => inRange(String(wanted), actual),
};

/**
 * True where every operator holds. One that the sandbox does not know counts as `otherwise`, so that an Allow it cannot
 * judge allows nothing and a Deny it cannot judge denies.
 */
export function conditionHolds(condition: unknown, facts: Facts, otherwise: boolean): boolean {
  if (!isRecord(condition)) return condition === undefined || otherwise;
  return Object.entries(condition).every(([operator, keys]) =>
    isRecord(keys) && Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, facts, otherwise))
  );
}

function holds(operator: string, key: string, wanted: unknown, facts: Facts, otherwise: boolean): boolean {
  const ifExists = operator.endsWith("IfExists");
  const name = operator.replace(/IfExists$/, "");
  const negated = /^(StringNot|ArnNot|Not)/.test(name);
  const test = TESTS[name.replace("Not", "")];
  if (test === undefined) return otherwise;
  const actual = factOf(facts, key);
  if (actual === undefined) return ifExists || negated;
  return listOf(wanted).some((value) => test(value, actual)) !== negated;
}

/** Condition keys are not case-sensitive. */
function factOf(facts: Facts, key: string): string | undefined {
  const name = Object.keys(facts).find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : facts[name];
}

function inRange(range: string, address: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(base) / shift) === Math.floor(toNumber(address) / shift);
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
