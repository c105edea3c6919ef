import type { CustomResource } from "../lib/kube/object.ts";
import type { Provider } from "./kinds.ts";

/** What the status of an object says of the Provider that was used last. */
export interface ProviderRecord {
  readonly name: string;
  readonly namespace?: string;
  /** The account that it led to, where IAM tells. */
  readonly accountId?: string;
}

/** The record of a Provider in use; an account that is not told just now stays recorded. */
export function recordOf(provider: Provider, { status }: CustomResource): ProviderRecord {
  const { namespace, name } = provider.metadata;
  const accountId = provider.status?.accountId ?? recorded(status)?.accountId;
  return { name, namespace, ...(accountId === undefined ? {} : { accountId }) };
}

/**
 * Why the Provider is not the one that the status records: it leads to another account now, so what has the object's
 * name there is somebody else's, and what the object made is out of reach.
 */
export function otherAccount(
  { metadata, status }: Provider,
  object: { readonly status?: unknown },
): string | undefined {
  const [was, is] = [recorded(object.status)?.accountId, status?.accountId];
  if (was === undefined || is === undefined || was === is) return undefined;
  return `Provider ${metadata.namespace}/${metadata.name} leads to account ${is}, and the status records account ` +
    `${was}: point the Provider back, or abandon the object and make it anew`;
}

/**
 * Is it the operator's own user, by this Provider or by another one of the account? It is never touched. IAM's user names
 * are unique in an account whatever their path, and differ by more than case.
 */
export function isOwnUser(userName: string, provider: Provider | undefined, all: readonly Provider[]): boolean {
  return all.some((each) =>
    isOfOneAccount(each, provider) && nameIn(each.status?.callerArn) === userName.toLowerCase()
  );
}

/** Do two Providers lead to one account for certain? */
export function isOfOneAccount(one: Provider | undefined, other: Provider | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.metadata.uid === other.metadata.uid) return true;
  const { accountId } = one.status ?? {};
  return accountId !== undefined && accountId === other.status?.accountId &&
    one.spec.iamEndpoint === other.spec.iamEndpoint;
}

function nameIn(arn: string | undefined): string | undefined {
  return arn?.split(":user/")[1]?.split("/").at(-1)?.toLowerCase();
}

function recorded(status: unknown): ProviderRecord | undefined {
  return (status as { readonly provider?: ProviderRecord } | undefined)?.provider;
}
