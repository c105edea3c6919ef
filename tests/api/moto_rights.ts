import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { Credentials } from "../../lib/aws/api.ts";
import type { Policy } from "../../tools/gen/iam_policy.ts";
import { clientsOf } from "../sandbox/aws/contract/case.ts";
import { OPERATOR_USER } from "../scenarios/operator_user.ts";
import type { Moto } from "./moto.ts";

export interface MotoUsers {
  readonly administrator: Credentials;
  readonly operator: Credentials;
}

/** Makes an administrator and the operator's user at moto, which checks signatures and rights from then on. */
export async function enforceRights(moto: Moto, rights: Policy): Promise<MotoUsers> {
  const clients = clientsOf({ ...moto, lacks: {} });
  try {
    const administrator = await makeUser(clients.iam, "administrator", ["*"]);
    const operator = await makeUser(clients.iam, OPERATOR_USER, actionsAtMoto(rights));
    const response = await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });
    await response.body?.cancel();
    return { administrator, operator };
  } finally {
    clients.close();
  }
}

/** moto has a name of its own for what a HEAD of a bucket needs. */
function actionsAtMoto({ Statement }: Policy): string[] {
  return [...Statement.flatMap(({ Action }) => Action), "s3:HeadBucket"];
}

/** moto does not look at what an IAM action is about, so the resource is always `*`. */
async function makeUser(iam: IAMClient, UserName: string, Action: readonly string[]): Promise<Credentials> {
  const Statement = [{ Effect: "Allow", Action, Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateUserCommand({ UserName }));
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: UserName, PolicyDocument }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}
