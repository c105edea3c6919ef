import assert from "node:assert/strict";
import { crdManifests, kinds } from "../../../../handlers/kinds.ts";
import { DEFINITIONS, isEstablished } from "./definitions.ts";
import { type RuleCase, ruleCases } from "../../../unit/crd/rule_cases.ts";
import { type Answer, type Api, type ContractCase, type Json, MERGE, refused } from "./case.ts";

/** Each CEL rule of our kinds: what it lets through and what it refuses. */
export const ruleContractCases: readonly ContractCase[] = ruleCases.flatMap((rule) => [
  { fact: `rule of ${rule.kind}: ${rule.message}`, run: (api) => checkRule(api, rule) },
  ...(rule.edited === undefined ? [] : [{
    fact: `rule of ${rule.kind}, on objects older than it: ${rule.message}`,
    run: (api: Api) => checkOlder(api, rule),
  }]),
]);

/** The kind in a group of its own, which gets its rules when an object that breaks one is stored. */
async function checkOlder(api: Api, { kind, message, name, refused: wrong, edited }: RuleCase): Promise<void> {
  const group = `${api.namespace}.example.com`;
  const { plural } = kinds[kind];
  const found = (crdManifests() as Json[]).find(({ spec }) => spec.names.kind === kind);
  const { shortNames: _, categories: _categories, ...names } = found.spec.names;
  const full = { ...found, metadata: { name: `${plural}.${group}` }, spec: { ...found.spec, group, names } };
  await api.send("POST", DEFINITIONS, withoutRules(full));
  await api.until(`${DEFINITIONS}/${plural}.${group}`, ({ body }) => isEstablished(body));
  const path = `/apis/${group}/v1alpha1/namespaces/${api.namespace}/${plural}`;
  await api.until(path, ({ status }) => status === 200);
  const draft = (spec: unknown, named: string) => ({
    apiVersion: `${group}/v1alpha1`,
    kind,
    metadata: { name: named },
    spec,
  });
  const named = name?.refused ?? "a";
  const stored = await api.send("POST", path, draft(wrong, named));
  await api.patch(`${DEFINITIONS}/${plural}.${group}`, full);
  // The rules are in force when another object like it is refused.
  const refusal = await api.repeat(
    () => api.request("POST", `${path}?dryRun=All`, draft(wrong, name?.refused ?? "b")),
    ({ status }) => status === 422 || status === 409,
  );
  if (refusal.status === 422) refusedBy(message, refusal);
  await api.send("PUT", `${path}/${named}`, { ...stored, spec: edited });
  await api.send("DELETE", `${DEFINITIONS}/${plural}.${group}`);
}

function withoutRules(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutRules);
  if (typeof value !== "object" || value === null) return value;
  const { "x-kubernetes-validations": _, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([field, member]) => [field, withoutRules(member)]));
}

async function checkRule(api: Api, { kind, message, name, accepted, refused: wrong, update }: RuleCase): Promise<void> {
  const path = api.ours(kinds[kind].plural);
  const draft = (spec: unknown, named = "a") => ({
    apiVersion: "s3.cloud37.dev/v1alpha1",
    kind,
    metadata: { name: named },
    spec,
  });
  if (accepted !== undefined) await api.send("POST", path, draft(accepted, name?.accepted));
  if (wrong !== undefined) refusedBy(message, await api.request("POST", path, draft(wrong, name?.refused ?? "b")));
  if (update === undefined) return;
  const stored = await api.send("POST", path, draft(update.from, "u"));
  for (const spec of update.refused) refusedBy(message, await api.request("PUT", `${path}/u`, { ...stored, spec }));
  await api.send("PUT", `${path}/u`, { ...stored, spec: update.accepted });
  // A rule that is about a change has nothing against none.
  await api.send("PATCH", `${path}/u`, { metadata: { labels: { a: "b" } } }, { type: MERGE });
}

function refusedBy(message: string, answer: Answer): void {
  refused(answer, 422, "Invalid");
  const texts: string[] = answer.body.details.causes.map((cause: Json) => cause.message);
  assert.ok(texts.some((text) => text.startsWith(`Invalid value: ${message}`)), JSON.stringify(answer.body));
}
