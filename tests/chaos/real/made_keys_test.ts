import assert from "node:assert/strict";
import { MadeKeys } from "./made_keys.ts";

const created = (id: string) =>
  `<AccessKey><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>of ${id}</SecretAccessKey></AccessKey>`;
const listed = (id: string, date: string) =>
  `<member><AccessKeyId>${id}</AccessKeyId><CreateDate>${date}</CreateDate></member>`;

Deno.test("a key keeps the time at which it was made, however far the clock is moved on", () => {
  const keys = new MadeKeys();
  keys.answer(created("A"));
  keys.laterMs = 3_600_000;
  keys.answer(created("B"));
  keys.laterMs = 7_200_000;
  const time = "2026-01-01T00:00:00Z";
  assert.equal(
    keys.answer(["A", "B", "C"].map((id) => listed(id, time)).join("")),
    listed("A", time) + listed("B", "2026-01-01T01:00:00Z") + listed("C", time),
  );
  assert.equal(keys.date("Thu, 01 Jan 2026 00:00:00 GMT"), "Thu, 01 Jan 2026 02:00:00 GMT");
});

Deno.test("secrets are known of keys that were seen to be made, in their order", () => {
  const keys = new MadeKeys();
  for (const id of ["A", "B"]) keys.answer(created(id));
  assert.deepEqual(["A", "B", "C"].map((id) => [keys.secretOf(id), keys.rankOf(id)]), [
    ["of A", 0],
    ["of B", 1],
    [undefined, -1],
  ]);
});
