import { resolve } from "node:path";
import type { HttpStateSettings, StateSettings, Tls } from "../model/desired-state";
import { parsePostgresUrl } from "../model/postgres-address";
import type { DecodeContext } from "../yaml/decode-context";
import { variableNote } from "../yaml/quote";
import { child, textOf, type YamlNode } from "../yaml/yaml-node";

type StateContext = Omit<DecodeContext, "overrides">;

/** `undefined` where nothing says where the state is, a variable that would has no value, or after a diagnostic. */
export function decodeState(node: YamlNode | undefined, context: StateContext): StateSettings | undefined {
  const { folder } = context.source;
  const path = child(child(node, "local"), "path");
  if (path !== undefined) return { at: "local", path: resolve(folder, textOf(path)) };
  const postgres = child(node, "postgres");
  if (postgres !== undefined) return decodePostgres(postgres, context);
  const http = child(node, "http");
  if (http !== undefined) return decodeHttp(http, context);
  const git = child(node, "git");
  const branch = child(git, "branch");
  if (branch === undefined) return undefined;
  const remote = child(git, "remote");
  return { at: "git", branch: textOf(branch), folder, ...(remote && { remote: textOf(remote) }) };
}

function decodePostgres(
  node: YamlNode,
  { source, references, diagnostics }: StateContext,
): StateSettings | undefined {
  const url = child(node, "url");
  if (url === undefined) return undefined;
  const address = parsePostgresUrl(textOf(url));
  if ("fault" in address) {
    const summary = `\`state.postgres.url\`${variableNote(url)} ${address.fault}`;
    // It may hold a password.
    source.hide(url.start, url.end);
    const position = source.position(url.start);
    diagnostics.add({ code: "out-of-range", summary, remedy: address.remedy, position });
    return undefined;
  }
  const [name, password] = [child(node, "name"), child(node, "password")];
  return {
    at: "postgres",
    address: { ...address, ...(name && { state: textOf(name) }) },
    ...(password && { password: references.secret(password) }),
    folder: source.folder,
  };
}

function decodeHttp(node: YamlNode, { source, references }: StateContext): StateSettings | undefined {
  const address = child(node, "address");
  if (address === undefined) return undefined;
  const text = (name: string) => {
    const found = child(node, name);
    return found && { [name]: textOf(found) };
  };
  const secret = (name: string) => {
    const found = child(node, name);
    return found && { [name]: references.secret(found) };
  };
  const settings: HttpStateSettings = {
    address: textOf(address),
    ...text("updateMethod"),
    ...{ ...text("lockAddress"), ...text("lockMethod") },
    ...{ ...text("unlockAddress"), ...text("unlockMethod") },
    ...{ ...text("username"), ...secret("password"), ...secret("token") },
    ...decodeTls(child(node, "tls"), source.folder),
    ...text("proxy"),
    position: source.position(address.start),
  };
  return { at: "http", ...settings };
}

function decodeTls(node: YamlNode | undefined, folder: string): { readonly tls?: Tls } {
  if (node === undefined) return {};
  const path = (name: string) => {
    const found = child(node, name);
    return found && { [name]: resolve(folder, textOf(found)) };
  };
  const insecure = child(node, "insecure")?.data === true;
  return { tls: { ...path("ca"), ...path("cert"), ...path("key"), ...(insecure && { insecure }) } };
}
