import { ListBucketsCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import type { Connection } from "../../../lib/aws/api.ts";
import { connect } from "../../../lib/aws/connection.ts";
import { depsFor, settingsFor } from "./connected.ts";

const EXTENSIONS = "subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n";

interface Certificates {
  /** PEM texts. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority and a certificate of it for 127.0.0.1, X.509 version 3. */
async function makeCertificates(folder: string): Promise<Certificates> {
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const at = (name: string) => `${folder}/${name}`;
  await Deno.writeTextFile(at("ext"), EXTENSIONS);
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.crt"),
    "-days",
    "2",
    "-subj",
    "/CN=ca",
  );
  await openssl("req", ...newKey, "-keyout", at("key"), "-out", at("csr"), "-subj", "/CN=s3");
  const sign = ["-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("ext"), "-days", "2"];
  await openssl("x509", "-req", "-in", at("csr"), "-out", at("crt"), ...sign);
  const [authority = "", cert = "", key = ""] = await Promise.all(
    ["ca.crt", "crt", "key"].map((name) => Deno.readTextFile(at(name))),
  );
  return { authority, cert, key };
}

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, stdout: "null", stderr: "piped" }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function withTls(run: (url: string, certificates: Certificates) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const certificates = await makeCertificates(folder);
    const { cert, key } = certificates;
    const answer = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>";
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
      () => new Response(answer, { headers: { "content-type": "application/xml" } }),
    );
    try {
      await run(`https://127.0.0.1:${server.addr.port}`, certificates);
    } finally {
      await server.shutdown();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function list(url: string, tls: Connection["settings"]["tls"]): Promise<unknown> {
  const retry = { maxAttempts: 1, backoffStrategy: "linear" } as const;
  const connection = connect(settingsFor(url, { tls, retry }), depsFor());
  try {
    return (await connection.s3.send(new ListBucketsCommand({}))).Buckets;
  } finally {
    connection.close();
  }
}

Deno.test("TLS of a service with an authority of its own", async (test) => {
  await withTls(async (url, { authority }) => {
    await test.step("is refused without spec.tls, in words that name it", () =>
      assert.rejects(list(url, { insecureSkipVerify: false }), {
        code: "NetworkError",
        message: `ListBuckets: Cannot reach ${new URL(url).host}: its TLS certificate is not trusted; see spec.tls`,
      }));
    await test.step("is trusted with its certificate", async () => {
      assert.deepEqual(await list(url, { insecureSkipVerify: false, caCert: authority }), []);
    });
    await test.step("is trusted by nothing else than its own certificate", async () => {
      const folder = await Deno.makeTempDir();
      const other = (await makeCertificates(folder)).authority;
      await Deno.remove(folder, { recursive: true });
      await assert.rejects(list(url, { insecureSkipVerify: false, caCert: other }), /TLS certificate is not trusted/);
    });
    await test.step("is not looked at with insecureSkipVerify", async () => {
      assert.deepEqual(await list(url, { insecureSkipVerify: true }), []);
    });
    await test.step("stays checked for other Providers while one skips it", async () => {
      await list(url, { insecureSkipVerify: true });
      await assert.rejects(list(url, { insecureSkipVerify: false }), /TLS certificate is not trusted/);
    });
  });
});
