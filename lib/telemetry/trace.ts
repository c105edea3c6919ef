export { untraced as traceSpan } from "./tracing/api.ts";
