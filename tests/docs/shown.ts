/**
 * Is this what a page shows as the output of a command? How wide columns are does not matter; `…` stands for any text
 * within a line, and on a line of its own for any lines.
 */
export function isShownBy(shown: string, out: string): boolean {
  const pattern = linesOf(shown).map((line) => line === "…" ? "(?:.*\n)*" : `${patternOf(line)}\n`).join("");
  return new RegExp(`^${pattern}$`).test(linesOf(out).map((line) => `${line}\n`).join(""));
}

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim().replaceAll(/\s+/g, " ")).filter((line) => line !== "");
}

function patternOf(line: string): string {
  return line.split("…").map(RegExp.escape).join(".*");
}
