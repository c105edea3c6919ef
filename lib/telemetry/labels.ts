/** What may be a label value as it is; anything else could be a message or worse. */
const PLAIN = /^[\w.:/<> -]{1,256}$/;

/**
 * Bounds the values of a label whose source is not ours, such as the error codes of a service: the first `most`
 * different ones pass, every other becomes `other`, so that no answer from outside can fill the memory of a metrics
 * server.
 */
export function boundedLabel(most: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= most || !PLAIN.test(value)) return "other";
    seen.add(value);
    return value;
  };
}
