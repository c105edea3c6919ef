import { crdManifests } from "../../handlers/kinds.ts";
import { Admin, type ApiServer, type Loose } from "./admin.ts";

const PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Posts our kinds, each field of them checked, and waits until they are served. */
export async function installKinds(server: ApiServer): Promise<void> {
  using admin = new Admin(server);
  for (const crd of crdManifests()) await admin.request("POST", `${PATH}?fieldValidation=Strict`, crd);
  for (const { metadata } of crdManifests() as Loose[]) {
    while (!isEstablished(await admin.request("GET", `${PATH}/${metadata.name}`))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function isEstablished({ status }: Loose): boolean {
  return status?.conditions?.some((each: Loose) => each.type === "Established" && each.status === "True") ?? false;
}
