import assert from "node:assert/strict";
import { AdminError } from "./admin.ts";

/** What the API server says when it refuses the object. */
export async function refusedAtAdmission(write: Promise<unknown>): Promise<string> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    assert.equal(error.status, 422);
    return error.message;
  }
  return assert.fail("The write was let through");
}
