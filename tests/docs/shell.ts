/** A simple command of a shell script. */
export interface Command {
  /** The program and its arguments, without quotes; variables and substitutions are left as they stand. */
  readonly words: readonly string[];
  /** `NAME=value` before it, or alone. */
  readonly assignments: readonly string[];
}

/** Words that only give a script its shape. */
const SHAPES = new Set(["do", "done", "then", "else", "fi", "if", "while", "!"]);
const ENDS = new Set(["\n", "|", "||", "&&", ";", "&", "(", ")"]);

/**
 * The simple commands of a script, those in `$(…)` included. It reads what documentation has: quotes, comments, pipes,
 * here-documents, redirections, loops.
 */
export function commandsOf(script: string): Command[] {
  const commands: Command[] = [];
  const inner: string[] = [];
  let [assignments, words]: [string[], string[]] = [[], []];
  const end = () => {
    if (words[0] !== "for" && words.length + assignments.length > 0) commands.push({ words, assignments });
    [assignments, words] = [[], []];
  };
  const tokens = tokensOf(withoutHereDocuments(script), inner);
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token.isOperator && ENDS.has(token.text)) end();
    else if (token.isOperator) tokens.shift();
    else if (words.length === 0 && /^\w+=/.test(token.text)) assignments.push(token.text);
    else if (words.length > 0 || !SHAPES.has(token.text)) words.push(token.text);
  }
  end();
  return [...commands, ...inner.flatMap(commandsOf)];
}

function withoutHereDocuments(script: string): string {
  return script.replaceAll(/(<<-?\s*'?(\w+)'?[^\n]*)\n[^]*?\n\s*\2(?=\n|$)/g, "$1");
}

interface Token {
  readonly text: string;
  readonly isOperator: boolean;
}

const OPERATOR = /^(?:\d?>&\d|\d?>>?|<<?-?|\|\||&&|[|;&()\n])/;

function tokensOf(script: string, inner: string[]): Token[] {
  const tokens: Token[] = [];
  let word: string | undefined;
  let rest = script;
  const end = () => {
    if (word !== undefined) tokens.push({ text: word, isOperator: false });
    word = undefined;
  };
  while (rest !== "") {
    const [operator] = rest.match(OPERATOR) ?? [];
    const [comment] = rest.match(/^#[^\n]*/) ?? [];
    const [space] = rest.match(/^(?:[ \t]|\\\n)+/) ?? [];
    if (space !== undefined || (comment !== undefined && word === undefined)) {
      end();
      rest = rest.slice((space ?? comment ?? "").length);
    } else if (operator !== undefined && (word === undefined || !/^\d/.test(operator))) {
      end();
      // A duplicated descriptor has no file behind it.
      if (!/&\d$/.test(operator)) tokens.push({ text: operator, isOperator: true });
      rest = rest.slice(operator.length);
    } else {
      const piece = pieceOf(rest);
      word = (word ?? "") + piece.text;
      if (piece.inner !== undefined) inner.push(piece.inner);
      rest = rest.slice(piece.length);
    }
  }
  end();
  return tokens;
}

/** The next piece of a word: quoted text, a substitution, or a character. */
function pieceOf(rest: string): { readonly text: string; readonly length: number; readonly inner?: string } {
  const [single, plain] = rest.match(/^'([^']*)'/) ?? [];
  if (single !== undefined) return { text: plain ?? "", length: single.length };
  const [double, quoted = ""] = rest.match(/^"((?:[^"\\]|\\[^])*)"/) ?? [];
  if (double !== undefined) return { text: quoted.replaceAll(/\\(["\\$`])/g, "$1"), length: double.length };
  const [substitution, inner] = rest.match(/^\$\(((?:[^()]|\([^()]*\))*)\)/) ?? [];
  if (substitution !== undefined) return { text: substitution, length: substitution.length, inner: inner ?? "" };
  const [escaped] = rest.match(/^\\[^]/) ?? [];
  if (escaped !== undefined) return { text: escaped.slice(1), length: 2 };
  return { text: rest.slice(0, 1), length: 1 };
}
