import { type CORSRule, DeleteBucketCorsCommand, GetBucketCorsCommand, PutBucketCorsCommand } from "@aws-sdk/client-s3";
import { orEmpty } from "../../lib/aws/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

interface Rule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

/** Cross-origin rules. Their order counts (the first that matches is used), the order within a rule does not. */
export const cors = aspect<NonNullable<Bucket["spec"]["cors"]>, readonly Rule[]>({
  field: "cors",
  label: "cors",
  operations: { observe: "GetBucketCors", apply: "PutBucketCors", remove: "DeleteBucketCors" },
  initial: [],
  knownAtBirth: true,
  desired: ({ rules = [] }) =>
    rules.map((rule) => ({
      allowedOrigins: sorted(rule.allowedOrigins),
      allowedMethods: sorted(rule.allowedMethods),
      allowedHeaders: sorted(rule.allowedHeaders),
      exposedHeaders: sorted(rule.exposedHeaders),
      maxAgeSeconds: rule.maxAgeSeconds,
    })),
  impliedWithoutFeature: (rules) => rules.length === 0,
  isRemoval: (rules) => rules.length === 0,
  async observe({ s3, bucket: Bucket, signal }) {
    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket }), { signal })
      .catch(orEmpty({ CORSRules: [] }, "NoSuchCORSConfiguration"));
    return (CORSRules ?? []).map((rule) => ({
      allowedOrigins: sorted(rule.AllowedOrigins),
      allowedMethods: sorted(rule.AllowedMethods),
      allowedHeaders: sorted(rule.AllowedHeaders),
      exposedHeaders: sorted(rule.ExposeHeaders),
      maxAgeSeconds: rule.MaxAgeSeconds ?? 0,
    }));
  },
  async apply({ s3, bucket: Bucket, signal }, rules) {
    if (rules.length === 0) {
      await s3.send(new DeleteBucketCorsCommand({ Bucket }), { signal });
      return;
    }
    const CORSConfiguration = { CORSRules: rules.map(toService) };
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }), { signal });
  },
});

function toService(rule: Rule): CORSRule {
  const { allowedHeaders, exposedHeaders } = rule;
  return {
    AllowedOrigins: [...rule.allowedOrigins],
    AllowedMethods: [...rule.allowedMethods],
    ...(allowedHeaders.length > 0 ? { AllowedHeaders: [...allowedHeaders] } : {}),
    ...(exposedHeaders.length > 0 ? { ExposeHeaders: [...exposedHeaders] } : {}),
    MaxAgeSeconds: rule.maxAgeSeconds,
  };
}

function sorted(list: readonly string[] | undefined): readonly string[] {
  return [...new Set(list ?? [])].sort();
}
