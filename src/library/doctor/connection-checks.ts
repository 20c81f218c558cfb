import type { Socket } from "node:net";
import type { TlsMaterial } from "../../api/dispatcher";
import { inspectTls, type SeenCertificate } from "../../api/inspect-tls";
import { type Endpoint, endpointOf, openTcp, openTunnel, resolveHost } from "../../api/open-socket";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { DiagnosticCode } from "../../model/diagnostic-codes";
import { formatTime } from "../../platform/clock";
import { errorCode } from "../../platform/error-code";
import type { HttpProxy } from "../../platform/proxy";
import { proxyFault } from "../../platform/proxy-fault";
import { tlsFault } from "../../platform/tls-fault";
import type { CheckList, CheckResult } from "./check-list";

/** The connection to a manager. */
export interface ConnectionPath {
  readonly url: URL;
  /** The route in words: `directly`. */
  readonly route: string;
  readonly proxy?: HttpProxy | undefined;
  /** Rejects with a `DiagnosticError` if one of its files cannot be used. */
  readonly material: () => Promise<TlsMaterial>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Checks the steps from name resolution to the TLS handshake, each over its own connection, and sends no request. */
export async function checkConnection(list: CheckList, path: ConnectionPath): Promise<void> {
  const { url, proxy, route } = path;
  await list.run("name-resolution", [], () => findAddress(path));
  await list.run("tcp", ["name-resolution"], () => connectTcp(path));
  await list.run("proxy", ["tcp"], async () => {
    // Plain HTTP goes through a proxy without a tunnel: the first request shows whether it passes.
    if (proxy && url.protocol === "https:") (await tunnel(proxy, url)).destroy();
    return { detail: `requests go ${route}` };
  });
  await list.run("tls", ["proxy"], () => connectTls(path));
}

/** The endpoint to connect to: the proxy, if there is one. */
function firstOf({ url, proxy }: ConnectionPath): Endpoint {
  return endpointOf(proxy ? new URL(proxy.origin) : url);
}

async function findAddress(path: ConnectionPath): Promise<CheckResult> {
  const { host } = firstOf(path);
  const server = path.proxy ? `the proxy ${host}` : host;
  const addresses = await resolveHost(host).catch((error) => {
    const setting = path.proxy?.setting ?? "`url`";
    throw unreachable(
      `${server} has no address (${errorCode(error)})`,
      `correct ${setting}, or have this machine's name service know the host`,
    );
  });
  const isAddress = addresses[0] === host;
  return { detail: isAddress ? `${server} is an address` : `${server}: ${addresses.join(", ")}` };
}

async function connectTcp(path: ConnectionPath): Promise<CheckResult> {
  const first = firstOf(path);
  const where = `${first.host}:${first.port}`;
  const socket = await openTcp(first).catch((error) => {
    const server = path.proxy ? "the proxy" : "the manager";
    throw unreachable(
      `no connection to ${where} (${errorCode(error)})`,
      `check that ${server} runs and listens there, and the firewalls between`,
    );
  });
  socket.destroy();
  return { detail: `connected to ${where}` };
}

async function connectTls(path: ConnectionPath): Promise<CheckResult | readonly CheckResult[]> {
  const { url, proxy, now } = path;
  if (url.protocol !== "https:") return { status: "skipped", detail: "`url` says http" };
  const material = await path.material();
  const socket = proxy ? await tunnel(proxy, url) : await openTcp(firstOf(path));
  const seen = await inspectTls(socket, endpointOf(url), material).catch((error) => {
    throw noHandshake(error, url);
  });
  return certificateResults(seen, material.insecure === true, endpointOf(url).host, now);
}

async function tunnel(proxy: HttpProxy, url: URL): Promise<Socket> {
  return openTunnel(proxy, endpointOf(url)).catch((error) => {
    const fault = proxyFault(error, proxy, url.origin);
    const summary = fault?.summary ?? `no connection could be opened through the proxy (${errorCode(error)})`;
    throw unreachable(summary, fault?.remedy ?? `check ${proxy.setting}`);
  });
}

function noHandshake(error: unknown, { origin }: URL): DiagnosticError {
  const code = errorCode(error) ?? "no code";
  const summary = tlsFault(code, "the manager's certificate") ?? "the TLS handshake broke off";
  const remedy = `check that \`url\` says https only where the manager speaks it (${origin}), and \`tls.cert\` and \`tls.key\``;
  return failure({ code: "manager-tls", summary: `${summary} (${code})`, remedy });
}

/** Days before its expiry from which a certificate causes a warning. */
const SOON = 30;
const DAY = 24 * 60 * 60 * 1000;

function certificateResults(
  seen: SeenCertificate,
  isInsecure: boolean,
  host: string,
  now: number,
): CheckResult | CheckResult[] {
  const { protocol, names, issuer, validTo, faults } = seen;
  const until = formatTime(validTo);
  if (faults.length > 0) {
    return faults.map((code) => ({
      status: isInsecure ? "warning" : "failed",
      detail: `${tlsFault(code, "the manager's certificate") ?? "the certificate is refused"} (${code})${isInsecure ? ", and `tls.insecure` accepts it" : ""}`,
      code: isInsecure ? undefined : ("manager-tls" as DiagnosticCode),
      remedy: remedyOf(code, seen, host),
    }));
  }
  const detail = `${protocol}, for ${names}, issued by ${issuer}, valid until ${until}`;
  if (validTo - now > SOON * DAY) return { detail };
  const days = Math.floor((validTo - now) / DAY);
  return {
    status: "warning",
    detail: `${detail}: ${days} days left`,
    remedy: "have the certificate renewed",
  };
}

function remedyOf(code: string, { names, issuer, validTo }: SeenCertificate, host: string): string {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `write \`url\` with a name that the certificate has (${names}), or have one issued for ${host}`;
  if (code === "CERT_HAS_EXPIRED")
    return `it was valid until ${formatTime(validTo)}: renew the certificate; if it is still valid, correct this machine's clock`;
  if (code === "CERT_NOT_YET_VALID") return "compare the clocks of this machine and of the manager";
  return `name the CA that issued it (${issuer}) with \`tls.ca\``;
}

function unreachable(summary: string, remedy: string): DiagnosticError {
  return failure({ code: "manager-unreachable", summary, remedy });
}
