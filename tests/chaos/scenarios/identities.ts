import type { ChaosScenario } from "../scenario.ts";
import { NAMESPACE, providerObjects } from "../world.ts";
import { create, createAndRemove, remove, update } from "./edits.ts";
import {
  iamPolicy,
  inlinePolicy,
  olderPolicy,
  otherCredentials,
  otherInlinePolicy,
  plainBucket,
  provider,
  user,
} from "./objects.ts";

const withPolicy = user({ policyRef: { name: "managed" } });
const inline = user({ policy: inlinePolicy, tags: { team: "a" } });

/** Providers, users and managed policies. */
export const identityScenarios: readonly ChaosScenario[] = [
  { name: "Provider: create", bare: true, act: (world) => world.apply(...providerObjects(world).toReversed()) },
  update("Provider: retry changes", {
    given: [plainBucket()],
    of: provider,
    spec: { retry: { maxAttempts: 5, backoffStrategy: "linear" } },
  }),
  update("Provider: where the service is changes", {
    given: [user()],
    of: provider,
    spec: (endpoint) => ({ endpoint: `${endpoint}/`, iamEndpoint: `${endpoint}/`, iamRegion: "us-east-1" }),
  }),
  update("Provider: region, pathStyle and who may refer to it change", {
    given: [user()],
    of: provider,
    spec: { region: "eu-central-2", pathStyle: false, allowedNamespaces: ["another"] },
  }),
  update("Provider: the names that namespaces may claim change", {
    given: [user()],
    of: provider,
    spec: {
      namespaceRules: [{ namespaces: ["*"], bucketNames: ["*"], policyNames: ["*"], userNames: ["app-*", "first-*"] }],
    },
  }),
  update("Provider: how it signs and whom it trusts changes", {
    given: [user()],
    before: (place) => place.apply(otherCredentials(place)),
    of: provider,
    spec: {
      auth: {
        accessKeySecretRef: { name: "other", key: "id", namespace: NAMESPACE },
        secretKeySecretRef: { name: "other", key: "secret", namespace: NAMESPACE },
        sessionTokenSecretRef: { name: "other", key: "token", namespace: NAMESPACE },
      },
      tls: { insecureSkipVerify: true, caCertSecretRef: { name: "other", key: "ca", namespace: NAMESPACE } },
    },
  }),
  create("User with an inline policy", [inline]),
  create("User with policyRef, and the IAMPolicy", [withPolicy, iamPolicy()]),
  createAndRemove("User and IAMPolicy", [iamPolicy(), withPolicy]),
  create("IAMPolicy", [iamPolicy()]),
  update("User: policy changes", { given: [inline], of: inline, spec: { policy: otherInlinePolicy } }),
  update("User: the policy's version, and who may refer to it, change", {
    given: [inline],
    of: inline,
    spec: { policy: olderPolicy, allowedNamespaces: ["another"] },
  }),
  update("User: tags change", { given: [inline], of: inline, spec: { tags: { team: null, other: "b" } } }),
  update("User: policy becomes policyRef", {
    given: [inline, iamPolicy()],
    of: inline,
    spec: { policy: null, policyRef: { name: "managed", namespace: NAMESPACE } },
  }),
  update("User: policyRef becomes policy", {
    given: [withPolicy, iamPolicy()],
    of: withPolicy,
    spec: { policy: inlinePolicy, policyRef: null },
  }),
  update("IAMPolicy: policy and tags change", {
    given: [withPolicy, iamPolicy()],
    of: iamPolicy(),
    spec: { policy: otherInlinePolicy, tags: { team: null, other: "b" } },
  }),
  update("IAMPolicy: the policy's version, and who may refer to it, change", {
    given: [withPolicy, iamPolicy()],
    of: iamPolicy(),
    spec: { policy: { version: "2008-10-17" }, allowedNamespaces: ["another"] },
  }),
  remove("User with an inline policy", [inline], [inline]),
  remove("User, then its IAMPolicy", [withPolicy, iamPolicy()], [withPolicy, iamPolicy()]),
  remove("IAMPolicy, then its User", [iamPolicy(), withPolicy], [withPolicy, iamPolicy()]),
];
