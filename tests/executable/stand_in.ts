import { cacheFolder, exists } from "../api/binaries.ts";

/** An npm package that ships an executable which `deno compile` 2.7.11 wrote; its runtime is at the front of it. */
const PACKAGE = "@stdy/cli-linux-x64@0.22.2";
const FILE = "package/bin/steady";
/** How the trailer begins by which Deno 2.7 finds its payload at the end of the file; the payload's length follows. */
const [TRAILER_TYPE, TRAILER_HASH] = [0x501E, 679];

/**
 * The runtime of Deno 2.7.11 (linux, x64), which stands in where the one that `deno compile` wants cannot be
 * downloaded. Resolves to its path.
 * @throws Error where npm has not got it either
 */
export async function findStandIn(): Promise<string> {
  const folder = `${cacheFolder()}/stand-in-runtime`;
  const runtime = `${folder}/denort`;
  if (await exists(runtime)) return runtime;
  await Deno.mkdir(folder, { recursive: true });
  await succeed("npm", ["pack", "--silent", PACKAGE], folder);
  const [archive] = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  await succeed("tar", ["-xzf", archive ?? "", FILE], folder);
  const elf = await Deno.readFile(`${folder}/${FILE}`);
  await Deno.writeFile(`${runtime}.part`, elf.subarray(0, endOfElf(elf)), { mode: 0o755 });
  for (const name of [archive ?? "", "package"]) await Deno.remove(`${folder}/${name}`, { recursive: true });
  await Deno.rename(`${runtime}.part`, runtime);
  return runtime;
}

/**
 * Moves what `deno compile` 2.9 put into the stand-in to where 2.7 looks for it, in place.
 * @throws Error where the file has no such payload
 */
export async function graft(program: string, runtime: string): Promise<void> {
  const payload = payloadOf(await Deno.readFile(program));
  const view = new DataView(payload.buffer, payload.byteOffset);
  const metadataEnd = 16 + Number(view.getBigUint64(8, true));
  const metadata = JSON.parse(new TextDecoder().decode(payload.subarray(16, metadataEnd)));
  // One field that 2.7 does not know how to be without, and one flag that its V8 does not know.
  metadata.unstable_config.bare_node_builtins = false;
  metadata.v8_flags = metadata.v8_flags.filter((flag: string) => !flag.includes("external-memory-max"));
  const text = new TextEncoder().encode(JSON.stringify(metadata));
  const rest = payload.subarray(metadataEnd);
  const [header, trailer] = [new DataView(new ArrayBuffer(8)), new DataView(new ArrayBuffer(16))];
  header.setBigUint64(0, BigInt(text.length), true);
  trailer.setUint32(0, TRAILER_TYPE, true);
  trailer.setUint32(4, TRAILER_HASH, true);
  trailer.setBigUint64(8, BigInt(8 + 8 + text.length + rest.length + 16), true);
  const parts = [await Deno.readFile(runtime), payload.subarray(0, 8), header, text, rest, trailer];
  // A file that runs cannot be written, but be replaced.
  await Deno.remove(program);
  await Deno.writeFile(program, new Blob(parts as BlobPart[]).stream(), { mode: 0o755 });
}

/** Where an ELF file's section headers end, behind which `deno compile` appends. */
function endOfElf(elf: Uint8Array): number {
  const view = new DataView(elf.buffer, elf.byteOffset);
  return Number(view.getBigUint64(40, true)) + view.getUint16(58, true) * view.getUint16(60, true);
}

/** The contents of the ELF note SUI. */
function payloadOf(elf: Uint8Array): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset);
  const [headers, size, count] = [
    Number(view.getBigUint64(32, true)),
    view.getUint16(54, true),
    view.getUint16(56, true),
  ];
  for (let at = headers; at < headers + size * count; at += size) {
    const isNote = view.getUint32(at, true) === 4;
    const note = Number(view.getBigUint64(at + 8, true));
    if (!isNote || new TextDecoder().decode(elf.subarray(note + 12, note + 15)) !== "SUI") continue;
    const data = elf.subarray(note + 16, note + 16 + view.getUint32(note + 4, true));
    return data.subarray(2 + new DataView(data.buffer, data.byteOffset).getUint16(0, true));
  }
  throw new Error("The program has no note SUI: Deno 2.9 did not compile it");
}

async function succeed(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args], cwd, stdin: "null" }).output();
  if (!success) throw new Error(`${command} ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
}
