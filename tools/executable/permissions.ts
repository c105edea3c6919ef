import { settings } from "../../lib/config/settings.ts";
import { BUILD_VARIABLES } from "../../lib/config/version.ts";
import { READABLE_FOLDERS } from "../../lib/platform/permissions.ts";

/** What a build is for: `desktop` may also start the programs that a kubeconfig names (docs/adr/0016). */
export const BUILDS = ["pod", "desktop"] as const;
export type Build = typeof BUILDS[number];

export interface PermissionOptions {
  /** Files and folders that may be read besides. */
  readonly read?: readonly string[];
  /** Variables that may be asked for besides. */
  readonly env?: readonly string[];
}

/** Every variable that the operator itself asks for; libraries ask for more, and get `undefined`. */
export const VARIABLES: readonly string[] = [
  ...Object.values(settings).flatMap(({ env }) => env ?? []),
  ...BUILD_VARIABLES,
  "HOME",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "POD_NAME",
  "POD_NAMESPACE",
];

/**
 * Where clouds give credentials to whoever asks: all of IPv4's link-local range, and what lies outside of it. Deno takes
 * ranges of IPv4 alone, so of IPv6 it is the known addresses. A name that resolves to one of them is denied too.
 */
export const METADATA_ADDRESSES = [
  "169.254.0.0/16",
  // Alibaba Cloud; Azure's WireServer; Oracle Cloud.
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  // AWS: instances, pod identities; Google Cloud; OpenStack; Scaleway.
  "[fd00:ec2::254]",
  "[fd00:ec2::23]",
  "[fd20:ce::254]",
  "[fe80::a9fe:a9fe]",
  "[fd00:42::42]",
  // The first one again, as IPv6 writes it.
  "[::ffff:169.254.169.254]",
  "metadata",
  "metadata.google.internal",
] as const;

/** No `eval` and no `new Function`, which nothing that the operator loads needs. */
export const NO_CODE_FROM_STRINGS = "--disallow-code-generation-from-strings";

/** The flags of `deno run` and `deno compile` that say what a build may do; without those of V8. */
export function permissionFlags(build: Build, { read = [], env = [] }: PermissionOptions = {}): string[] {
  const always = [
    "--no-prompt",
    "--allow-net",
    `--deny-net=${METADATA_ADDRESSES.join(",")}`,
    "--allow-sys=hostname,osRelease",
    "--deny-write",
    "--deny-ffi",
    "--deny-import",
  ];
  // A program that a kubeconfig names gets the environment, and its files may be anywhere.
  if (build === "desktop") return [...always, "--allow-env", "--allow-read", "--allow-run"];
  return [
    ...always,
    `--allow-env=${[...VARIABLES, ...env].join(",")}`,
    "--ignore-env",
    `--allow-read=${[...READABLE_FOLDERS, ...read].join(",")}`,
    "--deny-run",
  ];
}
