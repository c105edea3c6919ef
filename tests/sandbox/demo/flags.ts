import { parseArgs } from "node:util";

export const HELP = `Usage: deno task demo [--keep] [--observe] [--wasabi] [--program FILE]

Starts a Kubernetes API and an S3 and IAM service on this machine, runs the operator against them, and shows what it
does with examples/. Nothing outside of this machine is touched.

  --keep     leave all running in the end, until Ctrl-C, for kubectl and an S3 client
  --observe  with an OpenTelemetry Collector and a Prometheus beside it, and what they saw; built or downloaded once,
             which takes minutes and needs Go
  --wasabi   a service that lacks what Wasabi lacks, instead of one like AWS
  --program  an executable as the operator, such as dist/wasabi-s3-operator of \`deno task compile\`, instead of main.ts
`;

export interface DemoFlags {
  readonly help: boolean;
  readonly keep: boolean;
  readonly observe: boolean;
  readonly wasabi: boolean;
  /** As it was given; `undefined` for main.ts. */
  readonly program: string | undefined;
}

/** Reads the command line of the demo. @throws TypeError for what it does not know */
export function readFlags(args: readonly string[]): DemoFlags {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { help: { ...flag, short: "h" }, keep: flag, observe: flag, wasabi: flag, program: { type: "string" } },
  });
  return { ...values, program: values.program };
}
