/** How often each request came, by its name. */
export type Counts = Readonly<Record<string, number>>;

export function total(counts: Counts, counted: (name: string) => boolean = () => true): number {
  return Object.entries(counts).reduce((sum, [name, count]) => counted(name) ? sum + count : sum, 0);
}

/** Is it a write of the operator's work? The Lease is written all the time, and is told apart. */
export function isKubeWrite(name: string): boolean {
  return /^(POST|PUT|PATCH|DELETE) /.test(name) && !isLease(name);
}

export function isKubeRead(name: string): boolean {
  return name.startsWith("GET ") && !isLease(name);
}

export function isLease(name: string): boolean {
  return name.includes("leases");
}

/** Does the S3 or IAM call change anything? */
export function isMutating(name: string): boolean {
  return !/^\w+:(Get|List|Head)/.test(name);
}

/** `3 x HeadBucket, 1 x CreateBucket`, those that are counted. */
export function inWords(counts: Counts, counted: (name: string) => boolean = () => true): string {
  const entries = Object.entries(counts).filter(([name]) => counted(name)).sort(([a], [b]) => a < b ? -1 : 1);
  return entries.map(([name, count]) => `${count} x ${name}`).join(", ");
}
