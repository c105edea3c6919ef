import { fileURLToPath } from "node:url";

/** The project's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Folders whose Markdown is nobody's documentation. */
const PASSED_OVER = new Set([".git", "dist", "fixtures", "node_modules"]);

/** A fenced block of a page. */
export interface Block {
  /** Path from the root. */
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** What stands behind the opening fence. */
  readonly language: string;
  /** Without the indentation of the fence. */
  readonly text: string;
  /** The headings that it stands under, from the title down. */
  readonly headings: readonly string[];
  /** What it prints: the `text` block right behind it, where `…` stands for what varies. */
  readonly shows?: string;
}

/** A page of the documentation. */
export interface Page {
  /** Path from the root. */
  readonly path: string;
  readonly text: string;
  /** The lines outside of blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

/** Every page of the project, by path. */
export async function readPages(): Promise<Page[]> {
  const pages: Page[] = [];
  for (const path of (await markdownBelow("")).sort()) pages.push(readPage(path, await Deno.readTextFile(ROOT + path)));
  return pages;
}

async function markdownBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    if (isDirectory && !PASSED_OVER.has(name)) found.push(...await markdownBelow(`${folder}${name}/`));
    else if (name.endsWith(".md")) found.push(folder + name);
  }
  return found;
}

/** Splits a page into blocks and the rest. @throws SyntaxError where a fence is not closed */
export function readPage(path: string, text: string): Page {
  const [prose, blocks, headings]: [string[], Block[], string[]] = [[], [], []];
  let open: { fence: string; indent: string; line: number; language: string; lines: string[] } | undefined;
  let isBehindBlock = false;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", fence = "", language = ""] = line.match(/^(\s*)(`{3,}|~{3,})\s*(.*)$/) ?? [];
    if (open !== undefined && line.trim() === open.fence) {
      const { line: at, language, lines } = open;
      const block = {
        page: path,
        line: at,
        language,
        text: `${lines.join("\n")}\n`,
        headings: headings.filter(Boolean),
      };
      const before = isBehindBlock && language === "text" ? blocks.pop() : undefined;
      blocks.push(before === undefined ? block : { ...before, shows: block.text });
      [open, isBehindBlock] = [undefined, true];
    } else if (open !== undefined) {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
    } else if (fence !== "") {
      open = { fence, indent, line: index + 1, language, lines: [] };
    } else {
      prose.push(line);
      isBehindBlock &&= line.trim() === "";
      const [, level = "", title = ""] = line.match(/^(#+) (.*)$/) ?? [];
      if (level !== "") headings.splice(level.length - 1, headings.length, title);
    }
  }
  if (open !== undefined) throw new SyntaxError(`${path}:${open.line}: the block is not closed`);
  return { path, text, prose: prose.join("\n"), blocks };
}

/** Where a block is, for a failing test. */
export function placeOf({ page, line }: Block): string {
  return `${page}:${line}`;
}
