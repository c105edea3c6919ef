import { parseAllDocuments } from "yaml";
import type { Loose } from "../../scenarios/admin.ts";

const FOLDER = new URL("../../../examples/", import.meta.url);

/** What takes the place of what a reader of the examples fills in. */
export interface Values {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly endpoint: string;
}

/** The examples as they are to be applied. */
export interface Examples {
  readonly objects: readonly Loose[];
  readonly files: readonly string[];
  /** The fields that were filled in, by object. */
  readonly replaced: Readonly<Record<string, readonly string[]>>;
}

/** Reads every manifest of examples/ in the order of kubectl, and fills in nothing but the values. */
export async function readExamples({ accessKeyId, secretAccessKey, endpoint }: Values): Promise<Examples> {
  const files = (await Array.fromAsync(Deno.readDir(FOLDER))).map(({ name }) => name)
    .filter((name) => name.endsWith(".yaml")).sort();
  const objects: Loose[] = [];
  const replaced: Record<string, string[]> = {};
  for (const file of files) {
    for (const document of parseAllDocuments(await Deno.readTextFile(new URL(file, FOLDER)))) {
      const object: Loose = document.toJS();
      object.metadata.namespace ??= "default";
      const put = (path: readonly string[], value: string) => {
        const holder = path.slice(0, -1).reduce((each, key) => each?.[key], object);
        const key = path.at(-1) as string;
        if (holder?.[key] === undefined) throw new Error(`${file}: no ${path.join(".")} to fill in`);
        holder[key] = value;
        (replaced[`${object.kind}/${object.metadata.name}`] ??= []).push(path.join("."));
      };
      if (object.kind === "Secret") {
        put(["stringData", "access-key"], accessKeyId);
        put(["stringData", "secret-key"], secretAccessKey);
      }
      if (object.kind === "Provider") {
        put(["spec", "endpoint"], endpoint);
        put(["spec", "iamEndpoint"], endpoint);
      }
      objects.push(object);
    }
  }
  return { objects, files, replaced };
}
