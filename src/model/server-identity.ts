/** Names of this machine itself. A server may listen on any other loopback address alone. */
const LOOPBACK = new Set(["localhost", "localhost.localdomain", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/**
 * Host and port of a URL, the same for every spelling: in whatever case, with the dot that ends a full name or without, with
 * or without a default port, and by whatever name of this machine. The scheme counts only by its default port, as a port
 * speaks one protocol.
 */
export function serverIdentity(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const host = unmapped(hostname.toLowerCase().replace(/\.$/, ""));
  return `${LOOPBACK.has(host) ? "localhost" : host}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** The IPv4 address that an IPv6 one stands for, as `URL` spells it: `[::ffff:7f00:1]`. */
function unmapped(host: string): string {
  const [, high, low] = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const bytes = [high, low]
    .map((part) => Number.parseInt(part, 16))
    .flatMap((part) => [part >> 8, part & 255]);
  return bytes.join(".");
}
