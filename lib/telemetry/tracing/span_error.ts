import { redactText } from "../redact_text.ts";

const MOST_LENGTH = 300;

/** Where it begins, a document begins, such as a policy that a server sends back to say what is wrong with it. */
const DOCUMENT = /[{[][\s\S]*/;
/** Key ids as messages show them: all but the ends is left out already. */
const MASKED_IDS = /\*{4}[A-Z0-9]{4}|\b[A-Z0-9]{4}…[A-Z0-9]{4}\b/g;

/** A message as a span may show it: without secrets, documents and whatever is left of key ids. */
export function spanText(message: string): string {
  return redactText(message.replace(DOCUMENT, "…")).replaceAll(MASKED_IDS, "[key id]").slice(0, MOST_LENGTH);
}

/** Attribute `error.type`: the service's code, Kubernetes's reason, or the name of the error. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  const { code, reason, name } = error as Error & { readonly code?: unknown; readonly reason?: unknown };
  return [code, reason, name].find((each) => typeof each === "string" && each !== "") as string;
}
