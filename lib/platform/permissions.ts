/** The only folders that the build for pods may read (docs/adr/0016). */
export const READABLE_FOLDERS = [
  "/var/run/secrets/kubernetes.io/serviceaccount",
  "/etc/wasabi-s3-operator",
  "/etc/ssl/certs",
  // Where a kubeconfig lies on a machine of people; in the image there is nothing in them.
  "/etc/kubernetes",
  "/etc/rancher",
  "/home",
  "/root",
  "/tmp",
  "/Users",
] as const;

/** False in the build for pods: only the desktop build starts programs. */
export function mayRunPrograms(): boolean {
  return Deno.permissions.querySync({ name: "run" }).state === "granted";
}
