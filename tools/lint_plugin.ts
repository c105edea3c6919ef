/** The project's own lint rules: the layers of docs/architecture.md, and habits of CONTRIBUTING.md. */
import { fileLength, topLevelArrow } from "./lint/habits.ts";
import { clientNode, denoEdge, layers } from "./lint/layers.ts";

export default {
  name: "operator",
  rules: {
    "layers": layers,
    "deno-edge": denoEdge,
    "client-node": clientNode,
    "top-level-arrow": topLevelArrow,
    "file-length": fileLength,
  },
} satisfies Deno.lint.Plugin;
