import assert from "node:assert/strict";
import { matchesGlob } from "../../lib/glob.ts";

const CASES: Readonly<Record<string, { pattern: string; matches: readonly string[]; misses: readonly string[] }>> = {
  "a name without a star is itself": { pattern: "team-a", matches: ["team-a"], misses: ["team-a1", "xteam-a", ""] },
  "a star at the end": { pattern: "team-a-*", matches: ["team-a-", "team-a-x"], misses: ["team-a", "team-ab-x"] },
  "a star at the start": { pattern: "*-logs", matches: ["-logs", "a-logs"], misses: ["logs", "a-logs-1"] },
  "a star within": { pattern: "a*z", matches: ["az", "a-z", "azz"], misses: ["a", "z", "azb"] },
  "what stands before and after a star does not overlap": {
    pattern: "ab*ba",
    matches: ["abba"],
    misses: ["aba", "ab"],
  },
  "several stars": { pattern: "a*b*c", matches: ["abc", "axbxc", "abbcc"], misses: ["acb", "ab", "abcd"] },
  "parts come in their order": { pattern: "*b*a*", matches: ["ba", "xbyaz"], misses: ["ab", "b", "a"] },
  "a star alone": { pattern: "*", matches: ["", "anything"], misses: [] },
  "an empty pattern": { pattern: "", matches: [""], misses: ["a"] },
  "nothing else is special": { pattern: "a.b", matches: ["a.b"], misses: ["axb", "ab"] },
};
for (const [name, { pattern, matches, misses }] of Object.entries(CASES)) {
  Deno.test(`matchesGlob(): ${name}`, () => {
    for (const text of matches) assert.equal(matchesGlob(pattern, text), true, `${pattern} ${text}`);
    for (const text of misses) assert.equal(matchesGlob(pattern, text), false, `${pattern} ${text}`);
  });
}

Deno.test("matchesGlob() looks at each part once: a pattern of many stars does not hold up anybody", () => {
  assert.equal(matchesGlob(`${"a*".repeat(60)}b`, "a".repeat(5_000)), false);
});
