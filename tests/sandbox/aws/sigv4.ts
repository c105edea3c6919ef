import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

/** A request whose body has been read. */
export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What a signed request says about its signature (AWS Signature Version 4), from the header or a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  /** `yyyymmdd` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `yyyymmddThhmmssZ` */
  readonly time: string;
  /** True where it came in the query string. */
  readonly presigned: boolean;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/** `undefined` where the request is not signed, or not in a form that can be read. */
export function readSignature({ url, headers }: RawRequest): Signature | undefined {
  const query = url.searchParams;
  if (query.get("X-Amz-Algorithm") === ALGORITHM) {
    return parts(
      query.get("X-Amz-Credential"),
      query.get("X-Amz-SignedHeaders"),
      query.get("X-Amz-Signature"),
      query.get("X-Amz-Date"),
      true,
    );
  }
  const authorization = headers.get("authorization") ?? "";
  if (!authorization.startsWith(`${ALGORITHM} `)) return undefined;
  const fields = new Map(
    authorization.slice(ALGORITHM.length).split(",").map((field) => {
      const [name = "", value = ""] = field.trim().split("=", 2);
      return [name, value] as const;
    }),
  );
  return parts(
    fields.get("Credential"),
    fields.get("SignedHeaders"),
    fields.get("Signature"),
    headers.get("x-amz-date"),
    false,
  );
}

function parts(
  credential: string | null | undefined,
  headers: string | null | undefined,
  signature: string | null | undefined,
  time: string | null | undefined,
  presigned: boolean,
): Signature | undefined {
  const [accessKeyId, date, region, service, terminator] = credential?.split("/") ?? [];
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request") return undefined;
  if (!headers || !signature || !time) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(";"), signature, time, presigned };
}

/** Computes the signature again with the secret and compares. */
export function signatureMatches(signature: Signature, request: RawRequest, secret: string): boolean {
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  const toSign = [ALGORITHM, signature.time, scope, sha256(canonicalRequest(signature, request))].join("\n");
  const key = [signature.date, signature.region, signature.service, "aws4_request"].reduce<string | Uint8Array>(
    (previous, part) => hmac(previous, part),
    `AWS4${secret}`,
  );
  const expected = Buffer.from(hmac(key, toSign));
  const given = Buffer.from(signature.signature, "hex");
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function canonicalRequest(signature: Signature, request: RawRequest): string {
  const headers = signature.signedHeaders.map((name) =>
    `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`
  );
  return [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.searchParams),
    headers.join(""),
    signature.signedHeaders.join(";"),
    payloadHash(signature, request),
  ].join("\n");
}

function canonicalPath(path: string): string {
  return path.split("/").map((segment) => encode(decodeURIComponent(segment))).join("/");
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

/** Only S3 lets the client say what the hash is; `bodyMatches` checks what it said. */
function payloadHash(signature: Signature, request: RawRequest): string {
  if (signature.service !== "s3") return sha256(request.body);
  return signature.presigned ? "UNSIGNED-PAYLOAD" : request.headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
}

/** False where the client named a hash and the body has another. */
export function bodyMatches({ headers, body }: RawRequest): boolean {
  const hash = headers.get("x-amz-content-sha256");
  return hash === null || !/^[0-9a-f]{64}$/.test(hash) || hash === sha256(body);
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Uint8Array, data: string): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}
