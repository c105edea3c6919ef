import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import type { Caller, Connection, ConnectionSettings } from "./api.ts";
import { Budget } from "./budget.ts";
import { call, type CallContext, type CallDeps } from "./call.ts";
import { CredentialsGuard } from "./credentials_guard.ts";
import { expectIamResponses } from "./iam_answer.ts";
import { ServiceClock } from "./service_clock.ts";
import { refuseWebPages } from "./web_page.ts";

/** The HTTP side of one connection: a request handler of the SDK, and how to close what is under it. */
export interface HttpSide {
  // deno-lint-ignore no-explicit-any
  readonly requestHandler: any;
  close(): void;
}

export interface ConnectDeps extends CallDeps {
  /** Opens the HTTP side; lives in lib/platform. */
  readonly http: (tls: ConnectionSettings["tls"]) => HttpSide;
}

/** Opens the S3 and IAM clients of one Provider with one version of its credentials; makes no call. */
export function connect(settings: ConnectionSettings, deps: ConnectDeps): Connection {
  const opened = deps.http(settings.tls);
  const http = { ...opened, requestHandler: refuseWebPages(opened.requestHandler) };
  const { endpoint, region, iamEndpoint, iamRegion, pathStyle, retry } = settings;
  const shared = {
    ...deps,
    retry,
    budget: new Budget(deps.clock),
    guard: new CredentialsGuard(deps.clock),
    unsupported: new Set<string>(),
  };
  const s3 = new S3Client({
    ...clientOptions(settings, http),
    endpoint,
    region,
    forcePathStyle: pathStyle,
    ...s3Options,
  });
  const iamClock = new ServiceClock(deps.clock);
  const iamHttp = { ...http, requestHandler: expectIamResponses(iamClock.listening(http.requestHandler)) };
  const iam = iamEndpoint === undefined
    ? undefined
    : new IAMClient({ ...clientOptions(settings, iamHttp), endpoint: iamEndpoint, region: iamRegion });
  return {
    settings,
    s3: caller<S3Client>(s3, { ...shared, api: "s3", endpoint }),
    ...(iam && iamEndpoint ? { iam: caller<IAMClient>(iam, { ...shared, api: "iam", endpoint: iamEndpoint }) } : {}),
    iamAheadMs: () => iamClock.aheadMs,
    unsupported: (operation) => shared.unsupported.has(operation),
    budget: () => shared.budget.use(),
    close() {
      s3.destroy();
      iam?.destroy();
      opened.close();
    },
  };
}

/**
 * Options without which the SDK would look into ~/.aws for a value: that kills the process where HOME is unset or
 * unreadable, as in a distroless image.
 */
function clientOptions({ credentials }: ConnectionSettings, { requestHandler }: HttpSide) {
  return {
    requestHandler,
    credentials: { ...credentials },
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: "wasabi-s3-operator",
    authSchemePreference: [] as string[],
    disableClockSkewCorrection: false,
  } as const;
}

/** Checksums only where S3 demands them: the SDK's default CRC32 headers have broken clients of other services. */
const s3Options = {
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  followRegionRedirects: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
} as const;

function caller<Client extends S3Client | IAMClient>(client: Client, context: CallContext): Caller<Client> {
  // The conditional type of `send` is opaque inside a generic function; `call` has the same shape.
  const send = (command: Parameters<typeof call>[1], options = {}) => call(client, command, options, context);
  return { send: send as Caller<Client>["send"] };
}
