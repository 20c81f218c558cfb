import { resolve } from "node:path";
import type { AuditSettings, SyslogAddress, SyslogFacility } from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import type { DecodeContext } from "../yaml/decode-context";
import { variableNote } from "../yaml/quote";
import { child, entriesOf, keyStartOf, textOf, type YamlNode } from "../yaml/yaml-node";

type AuditContext = Omit<DecodeContext, "overrides">;

/**
 * Where the audit trail goes; `undefined` if nothing declares it, if its variable has no value, or after a
 * diagnostic.
 */
export function decodeAudit(root: YamlNode, context: AuditContext): AuditSettings | undefined {
  const node = child(root, "audit");
  if (node === undefined) return undefined;
  const { source, references } = context;
  const position = source.position(keyStartOf(root, "audit"));
  const [path, syslog] = [child(node, "file"), child(node, "syslog")];
  if (path !== undefined) return { to: "path", path: resolve(source.folder, textOf(path)), position };
  if (syslog !== undefined) return decodeSyslog(syslog, position, context);
  // A program, declared like that of a source.
  const program = entriesOf(node).size > 0 ? references.secret(node) : undefined;
  return program && "options" in program ? { to: "command", program, position } : undefined;
}

function decodeSyslog(
  node: YamlNode,
  position: SourcePosition,
  context: AuditContext,
): AuditSettings | undefined {
  const at = child(node, "address");
  const address = at && decodeAddress(at, context);
  if (address === undefined) return undefined;
  const facility = (textOf(child(node, "facility")) || "local0") as SyslogFacility;
  return { to: "syslog", address, facility, position };
}

const DEFAULT_PORTS = { udp: 514, tcp: 601 };

/** `udp://HOST[:PORT]`, `tcp://HOST[:PORT]` or `unix:///PATH`; the schema has checked the scheme. */
function decodeAddress(node: YamlNode, { source, diagnostics }: AuditContext): SyslogAddress | undefined {
  const text = textOf(node);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const over = url?.protocol.slice(0, -1);
  if (over === "unix" && url?.host === "" && url.pathname.length > 1)
    return { over, path: decodeURIComponent(url.pathname) };
  const isPlain =
    url && !url.username && !url.password && /^\/?$/.test(url.pathname) && !url.search && !url.hash;
  if ((over === "udp" || over === "tcp") && isPlain && url.hostname !== "") {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return { over, host, port: url.port === "" ? DEFAULT_PORTS[over] : Number(url.port) };
  }
  diagnostics.add({
    code: "out-of-range",
    // The text is not shown: it may hold a password.
    summary: `\`audit.syslog.address\`${variableNote(node)} is no address of syslog`,
    remedy: "write it as udp://HOST:514, tcp://HOST:601 or unix:///PATH",
    position: source.position(node.start),
  });
  return undefined;
}
