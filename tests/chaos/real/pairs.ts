import { GetUserCommand } from "@aws-sdk/client-iam";
import { valueOf } from "../../scenarios/objects.ts";
import type { Broken } from "../invariants.ts";
import { ofKind, type Sight } from "../sight.ts";
import type { Lane } from "./lane.ts";

/** Signs a call with the pair of every AccessKey's Secret while moto checks signatures; returns those that it refuses. */
export async function deadPairs({ moto, clients }: Lane, sight: Sight): Promise<Broken[]> {
  const names = new Set(ofKind(sight, "AccessKey").map(({ metadata }) => `${metadata.name}-credentials`));
  const broken: Broken[] = [];
  await checkSignatures(true);
  try {
    for (const secret of ofKind(sight, "Secret").filter(({ metadata }) => names.has(metadata.name))) {
      const [accessKeyId, secretAccessKey] = [valueOf(secret, "access-key-id"), valueOf(secret, "secret-access-key")];
      const refused = await refusal(clients.iamAs({ accessKeyId, secretAccessKey }).send(new GetUserCommand({})));
      if (refused !== undefined) broken.push({ rule: "lost Secret", what: `${secret.metadata.name}: ${refused}` });
    }
  } finally {
    await checkSignatures(false);
  }
  return broken;

  async function checkSignatures(wanted: boolean): Promise<void> {
    const requestsBefore = wanted ? "0" : "inf";
    const url = `${moto.endpoint}/moto-api/reset-auth`;
    await (await fetch(url, { method: "POST", body: requestsBefore })).body?.cancel();
  }
}

/** Who is known but may not do this has a pair that works. */
async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return name === "AccessDenied" ? undefined : `${name}: ${message}`;
  }
}
