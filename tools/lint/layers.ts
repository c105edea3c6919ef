import { importVisitors, projectPath, resolveImport } from "./paths.ts";

/** The kinds' handlers: each is a file `handlers/<kind>.ts` and a folder of the same name. */
const KINDS = ["provider", "bucket", "bucket_policy", "user", "iam_policy", "access_key"];
const KUBECONFIG = "lib/kube/kubeconfig.ts";
/** Where the platform may be touched. */
const EDGE = /^(main\.ts$|lib\/platform\/|tests\/|tools\/)/;
/** The layers from the bottom up; each imports itself and what is below it. */
const LAYERS = [/^lib\//, /^handlers\//, /^main\.ts$/, /^(tests|tools|dashboards)\//];

/** lib imports nothing above it; a kind's handler takes only types from the others. */
export const layers: Deno.lint.Rule = {
  create(context) {
    const from = projectPath(context.filename);
    return importVisitors(({ specifier, typeOnly, node }) => {
      const to = resolveImport(specifier, from);
      if (layerOf(to) > layerOf(from)) {
        context.report({ node, message: `${from} must not import ${to}, which is in a layer above it` });
      }
      const [own, other] = [kindOf(from), kindOf(to)];
      if (own !== undefined && other !== undefined && own !== other && !typeOnly) {
        const message = `The handler of ${own} must take only types from the one of ${other}`;
        context.report({ node, message, hint: "Move what both need into a small module in handlers/ itself" });
      }
    });
  },
};

/** `Deno` only at the edge, so that everything else is plain TypeScript on web and node APIs. */
export const denoEdge: Deno.lint.Rule = {
  create(context) {
    if (EDGE.test(projectPath(context.filename))) return {};
    return {
      Identifier(node) {
        if (node.name !== "Deno") return;
        context.report({
          node,
          message: "Deno is for main.ts, lib/platform, tests and tools: take what it gives as an argument",
        });
      },
    };
  },
};

/** client-node's HTTP stack hangs on cut bodies, and loading it costs 70-90 MB (docs/adr/0002). */
export const clientNode: Deno.lint.Rule = {
  create(context) {
    if (projectPath(context.filename) === KUBECONFIG) return {};
    return importVisitors(({ specifier, typeOnly, node }) => {
      if (typeOnly || !specifier.startsWith("@kubernetes/client-node")) return;
      context.report({ node, message: `Only ${KUBECONFIG} may load @kubernetes/client-node: import its types alone` });
    });
  },
};

/** The layer's rank; packages are below all of them. */
function layerOf(path: string): number {
  return LAYERS.findIndex((layer) => layer.test(path));
}

function kindOf(path: string): string | undefined {
  const name = /^handlers\/([a-z_]+)(\.ts$|\/)/.exec(path)?.[1];
  return KINDS.find((kind) => kind === name);
}
