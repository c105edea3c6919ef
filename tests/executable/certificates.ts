/** An authority, and what it signed for 127.0.0.1: PEM texts. */
export interface Certificates {
  readonly authority: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes an authority of its own, with openssl. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await Deno.makeTempDir();
  try {
    await openssl(folder, ["req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=ca"]);
    await Deno.writeTextFile(`${folder}/extensions`, "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
    const [server, client] = [await signed(folder, "server"), await signed(folder, "client")];
    return { authority: await Deno.readTextFile(`${folder}/ca.crt`), server, client };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function signed(folder: string, name: string): Promise<KeyPair> {
  const key = `${name}.key`;
  await openssl(folder, ["req", ...NEW_KEY, "-keyout", key, "-out", `${name}.csr`, "-subj", `/CN=${name}`]);
  const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions"];
  await openssl(folder, ["x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...authority]);
  const [cert, text] = await Promise.all([`${name}.crt`, key].map((file) => Deno.readTextFile(`${folder}/${file}`)));
  return { cert: cert ?? "", key: text ?? "" };
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args], cwd, stdin: "null" }).output();
  if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
