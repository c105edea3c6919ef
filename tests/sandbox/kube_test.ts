import { crdManifests } from "../../handlers/kinds.ts";
import { startKubeSandbox } from "./kube/mod.ts";
import { kubeContract } from "./kube_contract.ts";

kubeContract("sandbox", async () => {
  const token = "administrator";
  const sandbox = await startKubeSandbox({ token });
  for (const crd of crdManifests()) {
    const response = await fetch(
      `${sandbox.url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict`,
      { method: "POST", headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(crd) },
    );
    if (!response.ok) throw new Error(await response.text());
    await response.body?.cancel();
  }
  return { url: sandbox.url, token, close: () => sandbox.close() };
});
