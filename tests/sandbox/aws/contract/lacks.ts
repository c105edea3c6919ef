import type { Target } from "./case.ts";

/** Where moto (5.2.5) is not like AWS, found by running the contract against it. These facts are left out there. */
export const MOTO_LACKS: Target["lacks"] = {
  "attachment count": "counts a second attachment of the same policy",
  authorization: "off unless reset-auth is called; everybody may do everything",
  "blocked public policies": "takes a public policy whatever the block says",
  "bucket name rules": "takes a name with capitals",
  "checked rules": "takes two lifecycle rules of one id",
  "delete conflicts of keys": "deletes a user who has keys",
  "delete conflicts of policies": "deletes a policy that is attached or has other versions",
  "empty tags": "drops a tag without a value",
  "new bucket defaults": "a new bucket has neither encryption nor a public access block",
  "pages of users": "ignores MaxItems of ListUsers",
  "policy principals": "takes any principal",
  "policy resources": "takes any resource",
  "policy size": "has no limit",
  "principals in user policies": "takes them",
  regions: "has every bucket in every region",
  signatures: "not checked; any key will do",
  "user name case": "has users that differ in case alone",
};

/** Where the sandbox's Wasabi mode is not like AWS, after docs.wasabi.com. */
export const WASABI_LACKS: Target["lacks"] = {
  "public access block": "no such API",
  "blocked public policies": "no such API",
  "new bucket defaults": "no such API",
  "bucket encryption": "always encrypted; no API",
  "iam tags": "InvalidAction",
  "transitions": "one storage class",
  "aws error names": "DBEntityNotFound, DBEntityFound",
};
