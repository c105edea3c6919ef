const ROOT = new URL("../../", import.meta.url).pathname;

/** A file's path from the project's root, with forward slashes. */
export function projectPath(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path.replace(/^\.?\//, "");
}

/** The project path that a relative import leads to; other specifiers are returned as they are. */
export function resolveImport(specifier: string, from: string): string {
  return /^\.{1,2}\//.test(specifier) ? new URL(specifier, `file:///${from}`).pathname.slice(1) : specifier;
}

/** What a module imports: where from, and whether types alone. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly node: Deno.lint.Node;
}

/** Visitors that call `found` for every import, re-export and dynamic import of a module. */
export function importVisitors(found: (each: Import) => void): Deno.lint.LintVisitor {
  return {
    ImportDeclaration(node) {
      const { importKind, specifiers, source } = node;
      const typeOnly = importKind === "type" || (specifiers.length > 0 &&
        specifiers.every((each) => each.type === "ImportSpecifier" && each.importKind === "type"));
      found({ specifier: source.value, typeOnly, node });
    },
    ExportNamedDeclaration(node) {
      const { exportKind, source } = node;
      if (source) found({ specifier: source.value, typeOnly: exportKind === "type", node });
    },
    ExportAllDeclaration(node) {
      const { exportKind, source } = node;
      found({ specifier: source.value, typeOnly: exportKind === "type", node });
    },
    ImportExpression(node) {
      const { source } = node;
      if (source.type === "Literal" && typeof source.value === "string") {
        found({ specifier: source.value, typeOnly: false, node });
      }
    },
  };
}
