import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResourceType } from "../../../lib/kube/api.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { pathOf } from "../../../lib/kube/paths.ts";
import { thingType } from "./collaborators.ts";

const secrets: ResourceType = { group: "", version: "v1", plural: "secrets", kind: "Secret" };

const paths: Record<string, { type?: ResourceType; at?: Parameters<typeof pathOf>[1]; path: string }> = {
  "a kind in all namespaces": { path: "/apis/test.dev/v1/things" },
  "a kind in one namespace": { at: { namespace: "n" }, path: "/apis/test.dev/v1/namespaces/n/things" },
  "an object": { at: { namespace: "n", name: "x" }, path: "/apis/test.dev/v1/namespaces/n/things/x" },
  "an object's status": {
    at: { namespace: "n", name: "x", subresource: "status" },
    path: "/apis/test.dev/v1/namespaces/n/things/x/status",
  },
  "an object of the core group": {
    type: secrets,
    at: { namespace: "n", name: "x" },
    path: "/api/v1/namespaces/n/secrets/x",
  },
  "a name with a slash": {
    type: secrets,
    at: { namespace: "n", name: "../pods/x?a#b" },
    path: "/api/v1/namespaces/n/secrets/..%2Fpods%2Fx%3Fa%23b",
  },
};

for (const [what, { type = thingType, at, path }] of Object.entries(paths)) {
  Deno.test(`pathOf() of ${what}`, () => assert.equal(pathOf(type, at), path));
}

Deno.test("whatever the name, a path stays inside its resource, or is refused", () => {
  const name = fc.oneof(fc.string(), fc.constantFrom(".", "..", "", "%2e%2e", "a/../b", "\\..\\"));
  fc.assert(fc.property(name, name, (namespace, name) => {
    let path: string;
    try {
      path = pathOf(secrets, { namespace, name });
    } catch (error) {
      assert.ok(error instanceof KubeError || error instanceof URIError);
      return;
    }
    const { pathname, search, hash } = new URL(path, "http://kube");
    assert.deepEqual([pathname, search, hash], [path, "", ""]);
    assert.equal(path.split("/").length, 7);
  }));
});
