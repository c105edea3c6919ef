import type { Credentials } from "../../lib/aws/api.ts";
import type { AwsSandbox } from "../sandbox/aws/mod.ts";

/** Name of the IAM user that the operator is. */
export const OPERATOR_USER = "wasabi-s3-operator";

/** Makes the operator's own IAM user, with a managed policy and an access key. */
export function seedOperatorUser(
  { seed }: Pick<AwsSandbox, "seed">,
  policy: unknown,
  given?: Credentials,
): Credentials {
  const { attached } = seed.user(OPERATOR_USER);
  attached.add(seed.policy(OPERATOR_USER, policy).arn);
  const { id, secret } = seed.accessKey(
    OPERATOR_USER,
    given && { id: given.accessKeyId, secret: given.secretAccessKey },
  );
  return { accessKeyId: id, secretAccessKey: secret };
}
