/**
 * Names of this machine itself. Other loopback addresses are not included, because a server may listen on only one of
 * them.
 */
const LOOPBACK = new Set(["localhost", "localhost.localdomain", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/**
 * Host and port of a URL, equal for all spellings: any case, with or without the final dot of a full name, with or
 * without the default port, and any name of this machine. The scheme matters only for its default port, because a
 * port has one protocol.
 */
export function serverIdentity(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const host = unmapped(hostname.toLowerCase().replace(/\.$/, ""));
  return `${LOOPBACK.has(host) ? "localhost" : host}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** The IPv4 address in an IPv4-mapped IPv6 address, as `URL` writes it: `[::ffff:7f00:1]`. */
function unmapped(host: string): string {
  const [, high, low] = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const bytes = [high, low]
    .map((part) => Number.parseInt(part, 16))
    .flatMap((part) => [part >> 8, part & 255]);
  return bytes.join(".");
}
