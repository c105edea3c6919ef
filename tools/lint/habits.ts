/** More than one idea lives in a longer file. */
const MOST_LINES = 300;

/** A file is at most 300 lines long. */
export const fileLength: Deno.lint.Rule = {
  create(context) {
    return {
      Program(node) {
        const lines = context.sourceCode.text.trimEnd().split("\n").length;
        if (lines <= MOST_LINES) return;
        context.report({ node, message: `${lines} lines: split the file, ${MOST_LINES} are the most` });
      },
    };
  },
};

/** What a module exports as a function is one: it has a name in stack traces, and may stand below its callers. */
export const topLevelArrow: Deno.lint.Rule = {
  create(context) {
    return {
      ExportNamedDeclaration({ declaration }) {
        if (declaration?.type !== "VariableDeclaration") return;
        for (const { init, id } of declaration.declarations) {
          if (init?.type !== "ArrowFunctionExpression") continue;
          context.report({ node: id, message: "Export a function declaration; arrows are for closures" });
        }
      },
      ExportDefaultDeclaration({ declaration }) {
        if (declaration.type !== "ArrowFunctionExpression") return;
        context.report({ node: declaration, message: "Export a function declaration; arrows are for closures" });
      },
    };
  },
};
