import { BlockList, isIP } from "node:net";

/**
 * Whether a list as in `NO_PROXY` excludes a server from the proxy. Its entries, between commas or blanks, are host
 * names, which include all names below them, IP addresses, and blocks of addresses (`10.0.0.0/8`). An entry with a
 * port excludes only that port; `*` excludes every server. Host names are not resolved.
 */
export function bypassesProxy(list: string, url: URL): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(entry, host, port));
}

/** Whether the host is this machine itself, whatever its resolver says. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return /^(.+\.)?localhost$/.test(host) || inBlock(host, "127.0.0.0", 8) || inBlock(host, "::1", 128);
}

function matches(entry: string, host: string, port: string): boolean {
  const [, name = "", only] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
  if (only !== undefined && only !== port) return false;
  const [, address = "", bits] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(bare(name)) ?? [];
  if (isIP(address) !== 0) return inBlock(host, address, Number(bits ?? (isIP(address) === 4 ? 32 : 128)));
  const domain = address.replace(/^\*?\./, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

function inBlock(host: string, network: string, bits: number): boolean {
  const [family, longest] = isIP(network) === 4 ? (["ipv4", 32] as const) : (["ipv6", 128] as const);
  if (isIP(host) === 0 || bits > longest) return false;
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(host, isIP(host) === 4 ? "ipv4" : "ipv6");
}

/** In lower case, without the brackets of an IPv6 address and without the final dot of a full name. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}
