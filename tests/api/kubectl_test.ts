import assert from "node:assert/strict";
import { withProcess } from "../sandbox/kube/process.ts";
import { findKubectl } from "./kubectl.ts";

Deno.test("kubectl works with the sandbox", async (test) => {
  await withProcess(async ({ folder, kubeconfig }) => {
    const kubectl = await findKubectl({ kubeconfig, cache: folder });
    const ready = {
      status: {
        observedGeneration: 1,
        conditions: [{
          type: "Ready",
          status: "True",
          reason: "Ready",
          message: "done",
          observedGeneration: 1,
          lastTransitionTime: "2026-01-01T00:00:00Z",
        }],
      },
    };
    const steps: [string, string[], RegExp][] = [
      ["applies the examples", ["apply", "-f", "examples/"], /bucket\.s3\.cloud37\.dev\/auto created/],
      ["applies again", ["apply", "-f", "examples/bucket-auto.yaml"], /bucket\.s3\.cloud37\.dev\/auto unchanged/],
      ["gets a table", ["get", "buckets"], /^NAME +READY +REASON +BUCKET +PROVIDER +AGE\nauto .*example-auto-bucket/],
      ["gets YAML", ["get", "bucket", "auto", "-o", "yaml"], /kind: Bucket\n[^]*name: example-auto-bucket/],
      ["gets by category", ["get", "s3"], /provider\.s3\.cloud37\.dev\/wasabi/],
      ["describes", ["describe", "bucket", "auto"], /Kind: +Bucket[^]*Events: +<none>/],
      ["annotates", ["annotate", "bucket", "auto", "s3.cloud37.dev/adopt=true"], /annotated/],
      ["patches", ["patch", "bucket", "auto", "--type=merge", "-p", '{"spec":{"forceDelete":true}}'], /patched/],
      [
        "patches the status",
        ["patch", "bucket", "settings", "--subresource=status", "--type=merge", "-p", JSON.stringify(ready)],
        /patched/,
      ],
      [
        "waits for a condition",
        ["wait", "bucket/settings", "--for=condition=Ready", "--timeout=20s"],
        /condition met/,
      ],
      ["explains a field", ["explain", "bucket.spec.versioning"], /Versioning of objects/],
      ["creates a namespace", ["create", "namespace", "other"], /namespace\/other created/],
      ["creates a Secret", ["create", "secret", "generic", "s", "--from-literal=a=b"], /secret\/s created/],
      ["reads what it created", ["get", "secret", "s", "-o", "jsonpath={.data.a}"], /^Yg==$/],
      ["deletes and waits", ["delete", "-f", "examples/bucket-auto.yaml"], /"auto" deleted/],
      ["deletes a namespace", ["delete", "namespace", "other"], /"other" deleted/],
    ];
    for (const [fact, args, expected] of steps) {
      await test.step(fact, async () => {
        const { code, out, err } = await kubectl(...args);
        assert.equal(code, 0, err);
        assert.match(out, expected);
      });
    }
    await test.step("is told why an edit is refused", async () => {
      const { code, err } = await kubectl("patch", "user", "app", "--type=merge", "-p", '{"spec":{"name":"x"}}');
      assert.equal(code, 1);
      assert.match(err, /The User "app" is invalid: spec: Invalid value: spec\.name is immutable/);
    });
    await test.step("lists events", async () => {
      const { code, err } = await kubectl("get", "events");
      assert.equal(code, 0, err);
    });
  });
});
