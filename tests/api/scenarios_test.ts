import { scenarios } from "../scenarios/run.ts";
import { startRealWorld, startStrictWorld } from "./worlds.ts";

scenarios(startRealWorld, { name: "kube-apiserver and moto" });

// What moto cannot show runs against the sandbox's service, so that no scenario goes without a real API server.
scenarios(startStrictWorld, {
  name: "kube-apiserver and sandbox",
  only: ({ needs = [] }) => needs.includes("strict service"),
});
