import { resolve } from "node:path";
import type { StateSettings } from "../model/desired-state";
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
