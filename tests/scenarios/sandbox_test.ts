import { scenarios } from "./run.ts";
import { startSandboxWorld } from "./sandbox_world.ts";

scenarios(() => startSandboxWorld("aws"), { name: "sandbox as AWS" });
scenarios(() => startSandboxWorld("wasabi"), { name: "sandbox as Wasabi" });
