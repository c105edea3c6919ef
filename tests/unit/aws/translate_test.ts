import { DeleteUserCommand, GetUserCommand } from "@aws-sdk/client-iam";
import {
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { AwsError, type Connection, type ErrorClass } from "../../../lib/aws/api.ts";
import { translate } from "../../../lib/aws/translate.ts";
import { iamError, s3Error, withAnswers } from "./connected.ts";

const CALLS: Readonly<Record<string, (connection: Connection) => Promise<unknown>>> = {
  "GetBucketTagging": ({ s3 }) => s3.send(new GetBucketTaggingCommand({ Bucket: "app" })),
  "HeadBucket": ({ s3 }) => s3.send(new HeadBucketCommand({ Bucket: "app" })),
  "DeleteBucket": ({ s3 }) => s3.send(new DeleteBucketCommand({ Bucket: "app" })),
  "GetUser": ({ iam }) => iam!.send(new GetUserCommand({ UserName: "app" })),
  "DeleteUser": ({ iam }) => iam!.send(new DeleteUserCommand({ UserName: "app" })),
};

async function refusalOf(call: Promise<unknown>): Promise<AwsError> {
  const error = await call.then(() => assert.fail("The call succeeded"), (thrown) => thrown);
  assert.ok(error instanceof AwsError, String(error));
  return error;
}

for (const status of [301, 307, 400, 403, 405, 409, 410, 429, 500, 501, 502, 503, 504]) {
  Deno.test(`no call takes a bare ${status} for absent`, () =>
    withAnswers(() => new Response(null, { status }), async (connection) => {
      for (const call of Object.values(CALLS)) {
        const error = await refusalOf(call(connection));
        assert.equal(error.status, status);
        assert.notEqual(error.errorClass, "notFound");
      }
    }));
}

const STRANGE_404: Readonly<Record<string, () => Response>> = {
  "without a body": () => new Response(null, { status: 404 }),
  "that is a proxy's page": () =>
    new Response("<html><body><h1>404 Not Found</h1></body></html>", {
      status: 404,
      headers: { "content-type": "text/html" },
    }),
  "that is a proxy's text": () => new Response("404 page not found\n", { status: 404 }),
  "that is JSON": () => Response.json({ error: "not found" }, { status: 404 }),
  "without a code": () => new Response("<Error><Message>Gone</Message></Error>", { status: 404 }),
};

for (const [what, answer] of Object.entries(STRANGE_404)) {
  Deno.test(`no call takes a 404 ${what} for absent`, () =>
    withAnswers(answer, async (connection) => {
      for (const call of Object.values(CALLS)) {
        const { code, errorClass } = await refusalOf(call(connection));
        assert.deepEqual({ code, errorClass }, { code: "Http404", errorClass: "terminal" });
      }
    }));
}

Deno.test("a 404 to HEAD with a request id is the service's own word", () =>
  withAnswers(
    () => new Response(null, { status: 404, headers: { "x-amz-request-id": "4442587FB7D0A2F9" } }),
    async ({ s3 }) => {
      const { errorClass, code, message } = await refusalOf(s3.send(new HeadBucketCommand({ Bucket: "app" })));
      assert.deepEqual({ errorClass, code }, { errorClass: "notFound", code: "NotFound" });
      assert.equal(message, "HeadBucket: NotFound: the service answered with status 404");
    },
  ));

for (
  const [operation, answer, code, errorClass] of [
    ["GetBucketTagging", () => s3Error("NoSuchTagSet", 404), "NoSuchTagSet", "notFound"],
    ["DeleteBucket", () => s3Error("NoSuchBucket", 404), "NoSuchBucket", "notFound"],
    ["GetUser", () => iamError("NoSuchEntity", 404), "NoSuchEntity", "notFound"],
    ["GetUser", () => iamError("DBEntityNotFound", 404), "DBEntityNotFound", "notFound"],
    ["GetUser", () => iamError("NoSuchEntityException", 404), "NoSuchEntity", "notFound"],
    ["GetUser", () => iamError("UnrecognizedClientException", 400), "UnrecognizedClient", "credentials"],
    ["GetUser", () => iamError("ThrottlingException", 400), "Throttling", "throttled"],
    ["GetUser", () => iamError("RequestRateLimitExceeded", 400), "RequestRateLimitExceeded", "throttled"],
    ["GetBucketTagging", () => s3Error("SlowDown", 503), "SlowDown", "throttled"],
    ["GetBucketTagging", () => s3Error("Unavailable", 503), "Unavailable", "transient"],
    ["GetBucketTagging", () => s3Error("InternalError", 200), "InternalError", "transient"],
  ] as const satisfies readonly (readonly [string, () => Response, string, ErrorClass])[]
) {
  Deno.test(`${operation} names ${code}, which is ${errorClass}, as the service does`, () =>
    withAnswers(answer, async (connection) => {
      const error = await refusalOf(CALLS[operation]!(connection));
      assert.equal(error.operation, operation);
      assert.deepEqual({ code: error.code, errorClass: error.errorClass }, { code, errorClass });
    }));
}

for (const operation of Object.keys(CALLS)) {
  Deno.test(`${operation} does not take a web page with status 200 for success`, () =>
    withAnswers(
      () =>
        new Response("<html><body>Welcome</body></html>", { headers: { "content-type": "text/html; charset=utf-8" } }),
      async (connection, _metrics, url) => {
        const { code, errorClass, message } = await refusalOf(CALLS[operation]!(connection));
        assert.deepEqual({ code, errorClass }, { code: "UnreadableAnswer", errorClass: "transient" });
        const api = operation.endsWith("User") ? "IAM" : "S3";
        assert.equal(message, `${operation}: ${new URL(url).host} does not answer as ${api} does`);
      },
    ));
}

for (const operation of ["GetBucketTagging", "GetUser", "DeleteUser"]) {
  Deno.test(`${operation} does not take an empty answer with status 200 for success`, () =>
    withAnswers(() => new Response(null), async (connection) => {
      const { code, errorClass } = await refusalOf(CALLS[operation]!(connection));
      assert.deepEqual({ code, errorClass }, { code: "UnreadableAnswer", errorClass: "transient" });
    }));
}

const ID = { "x-amzn-requestid": "1" };
const NO_ANSWERS: Readonly<Record<string, () => Response>> = {
  "a document about something else": () => new Response('<?xml version="1.0"?><Other/>', { headers: ID }),
  "an error with status 200": () => iamError("Throttling", 200),
  "an empty answer of unknown length": () => new Response(new Blob([]).stream()),
};
for (const operation of ["GetUser", "DeleteUser"]) {
  for (const [what, answer] of Object.entries(NO_ANSWERS)) {
    Deno.test(`${operation} does not take ${what} for success`, () =>
      withAnswers(answer, async (connection) => {
        const { code, errorClass } = await refusalOf(CALLS[operation]!(connection));
        assert.deepEqual({ code, errorClass }, { code: "UnreadableAnswer", errorClass: "transient" });
      }));
  }
}

Deno.test("an answer of the service itself is none of those, whatever type it claims", () =>
  withAnswers(
    () => new Response(null, { headers: { "content-type": "text/html", "x-amzn-requestid": "1" } }),
    async (connection) => {
      for (const call of Object.values(CALLS)) assert.ok(await call(connection));
    },
  ));

Deno.test("a redirect is not followed: the signed request goes nowhere else", async () => {
  const seen: string[] = [];
  await withAnswers((request) => {
    const { origin, pathname } = new URL(request.url);
    seen.push(pathname);
    return new Response(null, { status: 307, headers: { location: `${origin}/elsewhere` } });
  }, async (connection) => {
    const { code, errorClass } = await refusalOf(CALLS["GetBucketTagging"]!(connection));
    assert.deepEqual({ code, errorClass }, { code: "Http307", errorClass: "transient" });
  });
  assert.deepEqual(seen, ["/app/"]);
});

Deno.test("a bucket in another region is named with its region", () =>
  withAnswers(
    () => new Response(null, { status: 301, headers: { "x-amz-bucket-region": "eu-central-2" } }),
    async ({ s3 }) => {
      const { message } = await refusalOf(s3.send(new HeadBucketCommand({ Bucket: "app" })));
      assert.equal(
        message,
        "HeadBucket: PermanentRedirect: the bucket is in region eu-central-2: use a Provider for that region",
      );
    },
  ));

Deno.test("the same refusal has the same message every time, whatever ids and times the service sends", async () => {
  let call = 0;
  const said = () => {
    call++;
    return s3Error(
      "AccessDenied",
      403,
      `Denied at 2026-01-0${call}T00:00:0${call}Z, Signature expired: 2026010${call}T120000Z is now earlier than ` +
        `2026020${call}T120000Z (Request ID: TX00000${call}ABCDEF, Host ID: abc+/${call}=) for ${crypto.randomUUID()}`,
    );
  };
  await withAnswers(said, async (connection) => {
    const first = await refusalOf(CALLS["GetBucketTagging"]!(connection));
    const second = await refusalOf(CALLS["GetBucketTagging"]!(connection));
    assert.equal(second.message, first.message);
    assert.match(first.message, /^GetBucketTagging: AccessDenied: Denied at/);
    assert.doesNotMatch(first.message, /\d{4}-|\d{8}T|TX0|request|host id/i);
  });
});

Deno.test("a message has no secret and no query string", () =>
  withAnswers(
    () =>
      s3Error(
        "InvalidArgument",
        400,
        "See https://s3.example.com/app?X-Amz-Signature=0123456789abcdef&amp;uploads and key " +
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEYX of AKIAIOSFODNN7EXAMPLE",
      ),
    async (connection) => {
      const { message } = await refusalOf(CALLS["GetBucketTagging"]!(connection));
      assert.equal(
        message,
        "GetBucketTagging: InvalidArgument: See https://s3.example.com/app and key [redacted] of ****MPLE",
      );
    },
  ));

Deno.test("a message of the service is bounded", () =>
  withAnswers(() => s3Error("InvalidArgument", 400, "word ".repeat(100_000)), async ({ s3 }) => {
    const { message } = await refusalOf(s3.send(new ListBucketsCommand({})));
    assert.ok(message.length < 1_200, String(message.length));
  }));

Deno.test("the words for a lost connection do not come from a bucket's name", async () => {
  let url = "";
  await withAnswers(() => new Response(), (_connection, _metrics, at) => Promise.resolve(void (url = at)));
  await withAnswers(() => new Response(), async ({ s3 }) => {
    const { code, message, status } = await refusalOf(
      s3.send(new HeadBucketCommand({ Bucket: "tls-certificate-body" })),
    );
    assert.deepEqual({ code, status }, { code: "NetworkError", status: 0 });
    assert.equal(message, `HeadBucket: Cannot reach ${new URL(url).host}: connection refused`);
  }, { endpoint: url });
});

for (
  const [cause, words] of [
    ["dns error: failed to lookup address information", "its name cannot be resolved"],
    ["invalid peer certificate: UnknownIssuer", "its TLS certificate is not trusted; see spec.tls"],
    ["self-signed certificate in certificate chain", "its TLS certificate is not trusted; see spec.tls"],
    ["Connection reset by peer (os error 104)", "the connection was cut"],
    ["connection closed before message completed", "the connection was cut"],
    [
      'Requires net access to "169.254.169.254:80", run again with the --allow-net flag',
      "addresses where clouds hand out credentials are denied to the operator",
    ],
    ["something new", "no connection"],
  ] as const
) {
  Deno.test(`a connection that ends with "${cause}" is put into words`, () => {
    const error = new TypeError("error sending request for url (https://tls.example/body)", {
      cause: new Error(cause),
    });
    const { message, status, errorClass } = translate("iam", "GetUser", "https://iam.example:4443/", error);
    assert.equal(message, `GetUser: Cannot reach iam.example:4443: ${words}`);
    assert.deepEqual({ status, errorClass }, { status: 0, errorClass: "transient" });
  });
}
