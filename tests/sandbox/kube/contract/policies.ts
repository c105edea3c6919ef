import { type Api, type ContractCase, refused, UNCHECKED } from "./case.ts";

function post(api: Api, statement: object) {
  return api.request("POST", api.ours("iampolicies?dryRun=All"), {
    apiVersion: "s3.cloud37.dev/v1alpha1",
    kind: "IAMPolicy",
    metadata: { name: "p" },
    spec: {
      providerRef: { name: "p" },
      policy: { statement: [{ effect: "Allow", action: "s3:GetObject", resource: "*", ...statement }] },
    },
  });
}

const ACTION = "spec.policy.statement[0].action";

export const policyCases: readonly ContractCase[] = [
  {
    fact: "an action is a string or a list; numbers and booleans pass as well",
    async run(api) {
      for (const action of ["s3:*", ["s3:*"], ["a", "b"], 5, true, ["", "a"]]) {
        const { status, body } = await post(api, { action });
        if (status !== 201) throw new Error(`${JSON.stringify(action)}: ${JSON.stringify(body)}`);
      }
    },
  },
  {
    fact: "an action is not an object, nor empty, nor absent",
    async run(api) {
      refused(await post(api, { action: [] }), 422, "Invalid", [ACTION]);
      refused(await post(api, { action: "" }), 422, "Invalid", [ACTION]);
      refused(await post(api, { action: { a: 1 } }), 422, "Invalid", [ACTION, UNCHECKED]);
      refused(await post(api, { action: undefined }), 422, "Invalid", [ACTION, UNCHECKED]);
      refused(await post(api, { effect: "Maybe" }), 422, "Invalid", ["spec.policy.statement[0].effect", UNCHECKED]);
    },
  },
];
