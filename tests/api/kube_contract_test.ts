import { crdManifests } from "../../handlers/kinds.ts";
import { kubeContract } from "../sandbox/kube_contract.ts";
import { startCluster } from "./cluster.ts";

kubeContract("kube-apiserver", async () => {
  const { url, caCert, token, close } = await startCluster({ controllerManager: true });
  using client = Deno.createHttpClient({ caCerts: [caCert] });
  for (const crd of crdManifests()) {
    const response = await fetch(
      `${url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict`,
      {
        method: "POST",
        client,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(crd),
      },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(text);
  }
  return { url, caCert, token, close };
});
