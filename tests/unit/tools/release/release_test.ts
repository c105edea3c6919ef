import assert from "node:assert/strict";
import { readRelease } from "../../../../tools/release/release.ts";
import { release } from "./sample.ts";

Deno.test("readRelease() names what is pushed after the repository, in small letters", () => {
  assert.deepEqual(release(), {
    tag: "v1.2.3",
    version: "1.2.3",
    repository: "Some/Operator",
    server: "https://github.com",
    registry: "ghcr.io",
    image: "ghcr.io/some/operator",
    chart: "ghcr.io/some/operator/charts/wasabi-s3-operator",
  });
});

Deno.test("readRelease() takes the tag that the workflow runs for, and another registry", () => {
  const env: Readonly<Record<string, string>> = {
    GITHUB_REF_NAME: "v2.0.0-rc.1",
    GITHUB_REPOSITORY: "a/b",
    REGISTRY: "127.0.0.1:5000",
  };
  const { version, image } = readRelease(undefined, (name) => env[name]);
  assert.deepEqual({ version, image }, { version: "2.0.0-rc.1", image: "127.0.0.1:5000/a/b" });
});

for (const tag of ["", "1.2.3", "v1.2", "v01.2.3", "v1.2.3+build", "v1.2.3 ", "version", "v1.2.3-"]) {
  Deno.test(`readRelease() refuses the tag "${tag}"`, () => {
    assert.throws(() => release(tag), new RangeError(`The tag "${tag}" is no version: it must look like v1.2.3`));
  });
}

for (const GITHUB_REPOSITORY of ["", "operator", "a/b/c", "a/b c"]) {
  Deno.test(`readRelease() refuses the repository "${GITHUB_REPOSITORY}"`, () => {
    assert.throws(() => release("v1.2.3", { GITHUB_REPOSITORY }), /^RangeError: GITHUB_REPOSITORY is .* owner\/name$/);
  });
}
