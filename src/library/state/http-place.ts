import { authorizationOf, type ServerLogin } from "../../api/server-login";
import { type Transport, TransportError } from "../../api/transport";
import type { HttpStateSettings } from "../../model/desired-state";
import { type Diagnostic, failure } from "../../model/diagnostic";
import { SecretValue } from "../../model/secret-value";
import { isLoopback } from "../../platform/no-proxy";
import { isNoTls } from "../../platform/tls-fault";
import { createSecretResolver } from "../../secrets/resolver";
import { NoAnswer, type SendRequest } from "../../state/http/exchange";
import { openHttp } from "../../state/http/open-http";
import type { DeclaredManagers } from "../../state/http/unlisted-parts";
import type { Storage } from "../../state/storage";
import { readTls, routeOf } from "../inputs/connect-declared";
import { secretsPlatformOf } from "../inputs/secrets-platform";
import type { Platform } from "../platform";
import { lockOwner } from "./lock-owner";

const TIMEOUTS = { connect: 10_000, headers: 60_000, body: 30_000, deadline: 120_000 };
/** A state of 10,000 agents with 100 keys each has about 30 MB. */
const MOST_BYTES = 1 << 30;
/** Each manager's state uses one connection. Several managers flush in parallel. */
const CONNECTIONS = 10;
const NAME = "the state";
const TLS_REMEDY =
  "give the certificate of the authority that signed the server's as `tls.ca` in `state.http`, or in NODE_EXTRA_CA_CERTS";
const NO_TLS_REMEDY =
  "write the port at which the server speaks https, or an address that begins with http:// where the network is trusted";

/** Opens a state on a server of Terraform's HTTP protocol. It sends nothing yet. Rejects with a `DiagnosticError`. */
export async function openHttpState(
  settings: HttpStateSettings,
  platform: Platform,
  declared?: DeclaredManagers,
): Promise<Storage> {
  const { clock, random, signal } = platform;
  const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
  for (const diagnostic of exposures(settings)) report(diagnostic);
  const { login, ...known } = await loginOf(settings, platform);
  const send = await sender(settings, login && authorizationOf(login), platform);
  const owner = lockOwner(platform);
  return openHttp({
    addresses: settings,
    send,
    ...known,
    owner,
    declared,
    clock,
    random,
    report,
    signal,
    observer: platform,
  });
}

interface KnownLogin {
  readonly login?: ServerLogin;
  /** For messages. */
  readonly credentials: string;
  readonly loginRemedy: string;
}

/** The declared login, or the login from the variables of Terraform's backend. */
async function loginOf(settings: HttpStateSettings, platform: Platform): Promise<KnownLogin> {
  const { env } = platform;
  const secrets = createSecretResolver(secretsPlatformOf(platform));
  const { token } = settings;
  if (token !== undefined) {
    const credentials = `the token (${secrets.describe?.(token)})`;
    const login = { method: "bearer", token: await secrets.resolve(token) } as const;
    return { login, credentials, loginRemedy: "correct `token` in `state.http`" };
  }
  const username = settings.username ?? (env.TF_HTTP_USERNAME || undefined);
  const { password } = settings;
  if (username === undefined && password === undefined)
    return {
      credentials: "a request without credentials",
      loginRemedy:
        "give `username` and `password`, or `token`, in `state.http`; or set TF_HTTP_USERNAME and TF_HTTP_PASSWORD",
    };
  if (username === undefined)
    throw incomplete("a password and no user", "username", "TF_HTTP_USERNAME", settings);
  const value = password ? await secrets.resolve(password) : passwordIn(env);
  if (value === undefined)
    throw incomplete(`the user ${username} and no password`, "password", "TF_HTTP_PASSWORD", settings);
  const from = password ? secrets.describe?.(password) : "TF_HTTP_PASSWORD";
  const user = settings.username === undefined ? "TF_HTTP_USERNAME" : "`username` in `state.http`";
  const secret = password ? "`password` in `state.http`" : "TF_HTTP_PASSWORD";
  return {
    login: { method: "basic", username, password: value },
    credentials: `the user ${username} with the password of ${from}`,
    loginRemedy: `correct ${[user, secret].join(" and ")}`,
  };
}

function passwordIn({ TF_HTTP_PASSWORD: text }: Platform["env"]): SecretValue | undefined {
  return text ? new SecretValue(text) : undefined;
}

function incomplete(what: string, setting: string, variable: string, { position }: HttpStateSettings) {
  return failure({
    code: "source-unresolved",
    summary: `the server of the state is to be given ${what}`,
    remedy: `set \`${setting}\` in \`state.http\`, or the environment variable ${variable}`,
    position,
  });
}

/** Sends requests with the credentials over persistent connections, with one pool for each server. */
async function sender(
  settings: HttpStateSettings,
  authorization: string | undefined,
  platform: Platform,
): Promise<SendRequest> {
  const open = platform.stateTransport ?? (await transportOver(settings, platform));
  const headers = {
    ...{ accept: "application/json", "content-type": "application/json" },
    ...(authorization !== undefined && { authorization }),
  };
  const transports = new Map<string, Transport>();
  return ({ method, url, body }) => {
    const { origin, pathname, search } = new URL(url);
    let transport = transports.get(origin);
    if (transport === undefined) {
      transport = open(origin);
      transports.set(origin, transport);
    }
    const request = { method, path: `${pathname}${search}`, headers, maxBytes: MOST_BYTES };
    return transport.send({ ...request, body }).catch((error) => {
      throw noAnswer(error);
    });
  };
}

/** The transport to each server, over the network. */
async function transportOver(
  { position, proxy, tls: declared }: HttpStateSettings,
  platform: Platform,
): Promise<(origin: string) => Transport> {
  // Loading the HTTP client takes a tenth of a second, and most states do not need it.
  const { undiciTransport } = await import("../../api/undici-transport.js");
  const subject = { name: NAME, position };
  const tls = declared ? await readTls(subject, declared, platform) : {};
  return (origin) => {
    const route = routeOf({ ...subject, url: origin, proxy }, platform);
    return undiciTransport({
      ...{ origin, server: "the state server", tls, timeouts: TIMEOUTS, connections: CONNECTIONS },
      proxy: route.proxy,
    });
  };
}

function noAnswer(error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  const { fault, message, errorCode, remedy } = error;
  const text = errorCode === undefined ? message : `${message} (${errorCode})`;
  const isPassing = ["unreachable", "timeout", "lost", "proxy"].includes(fault) && errorCode !== "ENOTFOUND";
  if (isNoTls(errorCode)) return new NoAnswer(text, isPassing, NO_TLS_REMEDY);
  return new NoAnswer(text, isPassing, fault === "tls" ? TLS_REMEDY : remedy);
}

/** Warns about settings that let others read the credentials and the state. */
function exposures({ address, lockAddress, unlockAddress, tls, position }: HttpStateSettings): Diagnostic[] {
  const common = { code: "insecure-setting", severity: "warning", position } as const;
  const plain = [address, lockAddress, unlockAddress].find((each) => each !== undefined && isPlain(each));
  const warnings: Diagnostic[] = [];
  if (plain !== undefined) {
    warnings.push({
      ...common,
      summary: `the state, and the credentials of its server, travel to ${new URL(plain).host} over plain http`,
      remedy: "write an address that begins with https://",
    });
  }
  if (tls?.insecure === true) {
    warnings.push({
      ...common,
      summary:
        "any certificate is accepted from the server of the state: whoever answers there gets its credentials",
      remedy: "give the server's CA as `tls.ca` and drop `tls.insecure`",
    });
  }
  return warnings;
}

function isPlain(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !isLoopback(hostname);
}
