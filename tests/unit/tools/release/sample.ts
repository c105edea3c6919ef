import type { Program, Run } from "../../../../tools/release/programs.ts";
import { readRelease } from "../../../../tools/release/release.ts";

/** A release as the workflow makes it. */
export function release(tag = "v1.2.3", env: Readonly<Record<string, string>> = {}) {
  const variables: Readonly<Record<string, string>> = { GITHUB_REPOSITORY: "Some/Operator", ...env };
  return readRelease(tag, (name) => variables[name]);
}

export const DIGEST = `sha256:${"5".repeat(64)}`;

/** A `Run` that records what it is asked for, command lines and input, and says what it is told to. */
export function recorder(answers: Partial<Record<Program, (args: readonly string[]) => string>> = {}) {
  const lines: string[] = [];
  const inputs: string[] = [];
  const run: Run = (program, args, { input = "" } = {}) => {
    lines.push([program, ...args].join(" "));
    inputs.push(input);
    return Promise.resolve(answers[program]?.(args) ?? "");
  };
  return { run, lines, inputs };
}
