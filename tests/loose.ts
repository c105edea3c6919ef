/** Any value of an API, as tests read and change it: what is there is what they check. */
// deno-lint-ignore no-explicit-any
export type Loose = any;
