/** A Kubernetes MicroTime, RFC 3339 with six digits of a second. @param ms milliseconds since the epoch */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
