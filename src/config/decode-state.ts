import { resolve } from "node:path";
import type { HttpStateSettings, StateSettings, Tls } from "../model/desired-state";
import { credentialsInGitRemote, isGitBranch, WRONG_BRANCH } from "../model/git-address";
import { hasStateParameter, parsePostgresUrl } from "../model/postgres-address";
import { misreadStatePath } from "../model/state-path";
import type { DecodeContext } from "../yaml/decode-context";
import { variableNote } from "../yaml/quote";
import { child, textOf, type YamlNode } from "../yaml/yaml-node";

type StateContext = Omit<DecodeContext, "overrides">;

/** `undefined` if nothing declares where the state is, if its variable has no value, or after a diagnostic. */
export function decodeState(node: YamlNode | undefined, context: StateContext): StateSettings | undefined {
  const path = child(child(node, "local"), "path");
  if (path !== undefined) return decodeLocal(path, context);
  const postgres = child(node, "postgres");
  if (postgres !== undefined) return decodePostgres(postgres, context);
  const http = child(node, "http");
  if (http !== undefined) return decodeHttp(http, context);
  const git = child(node, "git");
  return git && decodeGit(git, context);
}

function decodeLocal(path: YamlNode, context: StateContext): StateSettings | undefined {
  const misread = misreadStatePath(textOf(path));
  if (misread !== undefined) {
    // Excerpts show a path, unlike an address; this path may hold a password.
    context.source.hide(path.start, path.end);
    return addFault("state.local.path", path, misread, context);
  }
  return { at: "local", path: resolve(context.source.folder, textOf(path)) };
}

function decodeGit(node: YamlNode, context: StateContext): StateSettings | undefined {
  const [branch, remote] = [child(node, "branch"), child(node, "remote")];
  const credentials = remote && credentialsInGitRemote(textOf(remote));
  if (remote && credentials) return addFault("state.git.remote", remote, credentials, context);
  if (branch === undefined) return undefined;
  if (!isGitBranch(textOf(branch))) return addFault("state.git.branch", branch, WRONG_BRANCH, context);
  const { folder } = context.source;
  return { at: "git", branch: textOf(branch), folder, remote: remote && textOf(remote) };
}

/** The message leaves out the text: it may hold a password. */
function addFault(
  key: string,
  node: YamlNode,
  { fault, remedy }: { readonly fault: string; readonly remedy: string },
  { source, diagnostics }: StateContext,
): undefined {
  const summary = `\`${key}\`${variableNote(node)} ${fault}`;
  diagnostics.add({ code: "out-of-range", summary, remedy, position: source.position(node.start) });
}

function decodePostgres(node: YamlNode, context: StateContext): StateSettings | undefined {
  const { source, references, diagnostics } = context;
  const url = child(node, "url");
  if (url === undefined) return undefined;
  const address = parsePostgresUrl(textOf(url));
  if ("fault" in address) return addFault("state.postgres.url", url, address, context);
  const [name, password] = [child(node, "name"), child(node, "password")];
  if (name !== undefined && hasStateParameter(textOf(url))) {
    diagnostics.add({
      code: "exclusive-keys",
      summary: "`state.postgres` names the state twice: in `name`, and with `state` in `url`",
      remedy: "remove one of the two",
      position: source.position(name.start),
    });
    return undefined;
  }
  return {
    at: "postgres",
    address: { ...address, ...(name && { state: textOf(name) }) },
    password: password && references.secret(password),
    folder: source.folder,
  };
}

function decodeHttp(node: YamlNode, { source, references }: StateContext): StateSettings | undefined {
  const address = child(node, "address");
  if (address === undefined) return undefined;
  const text = (name: string) => {
    const value = child(node, name);
    return value && { [name]: textOf(value) };
  };
  const secret = (name: string) => {
    const reference = child(node, name);
    return reference && { [name]: references.secret(reference) };
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
    const path = child(node, name);
    return path && { [name]: resolve(folder, textOf(path)) };
  };
  const insecure = child(node, "insecure")?.data === true;
  return { tls: { ...path("ca"), ...path("cert"), ...path("key"), ...(insecure && { insecure }) } };
}
