import { caughtBugs, rowsOf, type Tally } from "./tally.ts";

const PAGE = new URL("../../docs/reliability.md", import.meta.url);
const [BEGIN, END] = ["<!-- figures: written by `deno task chaos --write` -->", "<!-- end of figures -->"] as const;

/** What one whole campaign came to, as Markdown. */
export function figures(
  tallies: readonly Tally[],
  { seconds, date }: { readonly seconds: number; readonly date: Date },
): string {
  const [titles = [], ...rows] = rowsOf(tallies);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const seeds = tallies.filter(({ part }) => part.seed !== undefined).map(({ part }) => `${part.name} ${part.seed}`);
  return [
    `The campaign of ${date.toISOString().slice(0, 10)} took ${seconds} s on two cores.`,
    "",
    line(titles),
    line(titles.map((_, column) => column === 0 ? "---" : "--:")),
    ...rows.map(line),
    "",
    `${caughtBugs(tallies)}. Seeds of what is chosen: ${seeds.join(", ")}.`,
  ].join("\n");
}

/** Puts the figures into docs/reliability.md, in place of the last ones. @throws RangeError where it has no place for them */
export async function writeFigures(text: string): Promise<void> {
  await Deno.writeTextFile(PAGE, replaceFigures(await Deno.readTextFile(PAGE), text));
  // The columns of a table are as wide as `task ok` wants them.
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE.pathname] }).output();
}

/** The page with other figures. @throws RangeError where it has no place for them */
export function replaceFigures(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`The page has no lines "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`;
}
