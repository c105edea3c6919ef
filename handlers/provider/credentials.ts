import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import type { ConnectionSettings } from "../../lib/aws/api.ts";
import { StalledError } from "../../lib/errors.ts";
import { keyOf } from "../../lib/kube/object.ts";
import { type Secret, secretType } from "../../lib/kube/secret.ts";
import type { HandlerDeps } from "../deps.ts";
import type { Provider } from "../kinds.ts";
import { authorizeReference, type Reference, resolve } from "../references.ts";

type SecretReference = Reference & { readonly key: string };

/**
 * Reads what a Provider's clients are made of.
 * @throws StalledError `CredentialsInvalid` naming the Secret or key that is missing, `ReferenceNotGranted`;
 * `EndpointUnreachable` for a region that is none
 */
export async function readConnectionSettings(
  provider: Provider,
  deps: Pick<HandlerDeps, "kube" | "settings">,
  signal?: AbortSignal,
): Promise<ConnectionSettings> {
  const { spec } = provider;
  const { auth, tls, retry } = spec;
  const read = secretReader(provider, deps, signal);
  const accessKeyId = await read("spec.auth.accessKeySecretRef", auth.accessKeySecretRef);
  const secretAccessKey = await read("spec.auth.secretKeySecretRef", auth.secretKeySecretRef);
  const sessionToken = auth.sessionTokenSecretRef &&
    await read("spec.auth.sessionTokenSecretRef", auth.sessionTokenSecretRef);
  const caCert = tls?.caCertSecretRef && await read("spec.tls.caCertSecretRef", tls.caCertSecretRef);
  return {
    endpoint: spec.endpoint,
    region: regionOf("spec.region", spec.region),
    pathStyle: spec.pathStyle,
    ...(spec.iamEndpoint === undefined ? {} : { iamEndpoint: spec.iamEndpoint }),
    iamRegion: regionOf("spec.iamRegion", spec.iamRegion ?? "us-east-1"),
    tls: { insecureSkipVerify: tls?.insecureSkipVerify ?? false, ...(caCert === undefined ? {} : { caCert }) },
    retry: { maxAttempts: retry?.maxAttempts ?? 3, backoffStrategy: retry?.backoffStrategy ?? "exponential" },
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  };
}

/** The SDK refuses others before it sends anything, which would look like a service that does not answer. */
function regionOf(field: string, region: string): string {
  if (/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(region)) return region;
  throw new StalledError("EndpointUnreachable", `${field} "${region}" is no region: name one such as eu-central-2`);
}

/** Reads a value of a Secret, and each Secret once: key id and secret mostly are in the same one. */
function secretReader(
  provider: Provider,
  { kube, settings }: Pick<HandlerDeps, "kube" | "settings">,
  signal: AbortSignal | undefined,
): (field: string, reference: SecretReference) => Promise<string> {
  const found = new Map<string, Secret | undefined>();
  return async (field, reference) => {
    const at = resolve(reference, provider.metadata.namespace);
    const key = keyOf(at);
    if (!found.has(key)) found.set(key, await kube.get(secretType, at, signal));
    return valueOf(provider, { field, reference, at, secret: found.get(key), settings });
  };
}

function valueOf(provider: Provider, { field, reference, at, secret, settings }: {
  readonly field: string;
  readonly reference: SecretReference;
  readonly at: Required<Reference>;
  readonly secret: Secret | undefined;
  readonly settings: HandlerDeps["settings"];
}): string {
  const from = provider.metadata.namespace;
  const where = `Secret ${keyOf(at)} (${field})`;
  // In another namespace, a Secret that is not there and one that is not granted read the same: names must not leak.
  const target = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: secret?.metadata ?? { ...provider.metadata, ...at, annotations: {} },
  };
  authorizeReference(target, { from, field, references: settings.references });
  if (secret === undefined) throw invalid(`${where} does not exist: create it`);
  const value = secret.data?.[reference.key];
  if (value === undefined) {
    throw invalid(`${where} has no key "${reference.key}": add it, or name another in ${field}.key`);
  }
  const text = Buffer.from(value, "base64").toString("utf8").trim();
  if (text === "") throw invalid(`${where} is empty at key "${reference.key}"`);
  // What a header cannot carry would look like a service that does not answer.
  if (field.startsWith("spec.auth.") && !/^[\x21-\x7e]+$/.test(text)) {
    throw invalid(`${where} holds no credential at key "${reference.key}": it must be one line of plain characters`);
  }
  if (field.startsWith("spec.tls.") && !isCertificate(text)) {
    throw invalid(
      `${where} holds no certificate at key "${reference.key}": it must be PEM, from BEGIN to END CERTIFICATE`,
    );
  }
  return text;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

function invalid(message: string): StalledError {
  return new StalledError("CredentialsInvalid", message);
}
