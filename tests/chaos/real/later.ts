/** Is loaded before the operator: its wall clock is ahead of the machine's by LATER_MS. */
const laterMs = Number(Deno.env.get("LATER_MS"));
const { now } = Date;
Date.now = () => now() + laterMs;
