import fc from "fast-check";
import type { PolicyDocument } from "../../../lib/aws/policy.ts";

type Statement = Readonly<Record<string, unknown>>;

const actions = fc.constantFrom("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:*", "iam:GetUser");
const resources = fc.constantFrom("arn:aws:s3:::app", "arn:aws:s3:::app/*", "arn:aws:s3:::App/*", "*");
const principals = fc.constantFrom(
  "arn:aws:iam::123456789012:user/app",
  "arn:aws:iam::123456789012:root",
  "arn:aws:iam::999999999999:root",
  "999999999999",
  "AIDASAMPLEUSERID0000",
  "*",
);
const list = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { minLength: 1, maxLength: 4 });

const conditions = fc.dictionary(
  fc.constantFrom("StringEquals", "StringLike", "Bool", "NumericLessThan", "IpAddress"),
  fc.dictionary(
    fc.constantFrom("aws:SourceIp", "aws:SecureTransport", "s3:prefix", "s3:max-keys"),
    list(fc.constantFrom("a", "B", "true", "10", "10.0.0.0/8")),
    { minKeys: 1, maxKeys: 3 },
  ),
  { minKeys: 1, maxKeys: 3 },
);

const statements: fc.Arbitrary<Statement> = fc.record({
  Sid: fc.constantFrom("One", "Two"),
  Effect: fc.constantFrom("Allow", "Deny"),
  Principal: fc.oneof(
    fc.constant("*"),
    fc.record({ AWS: list(principals) }),
    fc.record({ AWS: list(principals), CanonicalUser: list(fc.constantFrom("aa", "bb")) }),
  ),
  Action: list(actions),
  Resource: list(resources),
  Condition: conditions,
}, { requiredKeys: ["Effect", "Action", "Resource"] });

/** Documents with lists throughout, as a starting point for echoes. */
export const documents: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom("2012-10-17", "2008-10-17"),
  Statement: fc.array(statements, { minLength: 1, maxLength: 4 }),
}).map((document) => JSON.parse(JSON.stringify(document)));

/** Answers that say the same as the document: as services show them, by choices of a seeded source. */
export function echo(document: PolicyDocument, choose: (of: number) => number): unknown {
  const isChosen = () => choose(2) === 1;
  const shuffled = <T>(items: readonly T[]) =>
    items.map((item) => ({ item, at: choose(1_000) })).sort((a, b) => a.at - b.at).map(({ item }) => item);
  const keysShuffled = (value: object) => Object.fromEntries(shuffled(Object.entries(value)));
  const scalarOrList = (values: readonly string[]) => {
    const repeated = isChosen() ? [...values, values[0]!] : values;
    return repeated.length === 1 && isChosen() ? repeated[0] : shuffled(repeated);
  };
  const account = (name: string) => {
    if (/^\d{12}$/.test(name) && isChosen()) return `arn:aws:iam::${name}:root`;
    const [, id] = /^arn:aws:iam::(\d{12}):root$/.exec(name) ?? [];
    return id !== undefined && isChosen() ? id : name;
  };
  const principal = (value: unknown) => {
    if (value === "*") return isChosen() ? { AWS: isChosen() ? "*" : ["*"] } : "*";
    const entries = Object.entries(value as Record<string, string[]>);
    const [type, names] = entries[0]!;
    if (entries.length === 1 && type === "AWS" && names.length === 1 && isChosen()) return account(names[0]!);
    return keysShuffled(Object.fromEntries(entries.map(([key, each]) => [key, scalarOrList(each.map(account))])));
  };
  const typed = (value: string | string[] | undefined) => {
    if (value === "true" && isChosen()) return true;
    return value === "10" && isChosen() ? 10 : value;
  };
  const caseOf = (key: string) => isChosen() ? key.toLowerCase() : key;
  const condition = (value: Record<string, Record<string, string[]>>) =>
    keysShuffled(Object.fromEntries(
      Object.entries(value).map(([operator, keys]) => [
        operator,
        keysShuffled(
          Object.fromEntries(Object.entries(keys).map(([key, each]) => [caseOf(key), typed(scalarOrList(each))])),
        ),
      ]),
    ));
  const one = ({ Sid, Principal, Condition, Action, Resource, ...rest }: Statement) =>
    keysShuffled({
      ...rest,
      Action: scalarOrList((Action as string[]).map((action) => isChosen() ? action.toLowerCase() : action)),
      Resource: scalarOrList(Resource as string[]),
      ...(Sid === undefined ? (isChosen() ? { Sid: "" } : {}) : { Sid }),
      ...(Principal === undefined ? {} : { Principal: principal(Principal) }),
      ...(Condition === undefined ? {} : { Condition: condition(Condition as never) }),
    });
  const all = shuffled(document.Statement.map(one));
  const Statement = all.length === 1 && isChosen() ? all[0] : all;
  return keysShuffled({
    ...(document.Version === "2008-10-17" && isChosen() ? {} : { Version: document.Version }),
    ...(isChosen() ? { Id: "Policy1234" } : {}),
    Statement,
  });
}
