import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Auth, Budget, Policy } from "../model/desired-state";
import { sourcePathKeys } from "../model/reference-types";
import type { DecodeContext } from "../yaml/decode-context";
import { quote, variableNote } from "../yaml/quote";
import type { SourceText } from "../yaml/source-text";
import { child, keyStartOf, textOf, type YamlNode } from "../yaml/yaml-node";
import type { Setting, Settings } from "./declarations";

/** The settings of one declaration of a manager, each with its position. */
export function decodeManagerSettings(
  name: string,
  node: YamlNode,
  context: DecodeContext,
): Partial<Settings> {
  const { source } = context;
  const at = <T>(path: string, decode: (value: YamlNode) => T | undefined): Setting<T> | undefined => {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    const parent = steps.reduce<YamlNode | undefined>(child, node);
    const member = child(parent, last);
    const value = member && decode(member);
    if (parent === undefined || member === undefined || value === undefined) return undefined;
    return settingOf(member, value, source, keyStartOf(parent, last));
  };
  const path = (value: YamlNode) => resolve(source.folder, textOf(value));
  const truth = (value: YamlNode) => value.data === true;
  return dropAbsent({
    url: at("url", (value) => decodeUrl(`the URL of ${name}`, value, context)),
    host: at("host", textOf),
    auth: at("auth", (value) => decodeAuth(value, context)),
    "tls.ca": at("tls.ca", path),
    "tls.cert": at("tls.cert", path),
    "tls.key": at("tls.key", path),
    "tls.insecure": at("tls.insecure", truth),
    proxy: at("proxy", (value) =>
      textOf(value) === "none" ? "none" : decodeUrl(`the proxy of ${name}`, value, context),
    ),
    zone: at("zone", textOf),
    "policy.prune": at("policy.prune", (value) => textOf(value) as Policy["prune"]),
    "policy.unverified": at("policy.unverified", (value) => textOf(value) as Policy["unverified"]),
    "policy.maxDeletes": at("policy.maxDeletes", decodeBudget),
    "policy.maxRotations": at("policy.maxRotations", decodeBudget),
    "policy.rotateDue": at("policy.rotateDue", truth),
    "policy.allowLiteralSecrets": at("policy.allowLiteralSecrets", truth),
  });
}

/** Keeps no node but the setting's own, so that the document can be freed. */
function settingOf<T>(node: YamlNode, value: T, source: SourceText, start: number): Setting<T> {
  const text = typeof value === "object" ? undefined : String(value);
  return {
    value,
    // Computed on demand: few settings are declared twice.
    get identity() {
      return text ?? digest(node, source.folder);
    },
    position: source.position(start),
    shown: node.kind === "scalar" ? quote(text ?? textOf(node)) + variableNote(node) : undefined,
  };
}

/** Scheme, host and port. A text that only looks like a URL is a diagnostic. */
function decodeUrl(what: string, node: YamlNode, { source, diagnostics }: DecodeContext): string {
  const text = textOf(node);
  try {
    return new URL(text).origin;
  } catch {
    diagnostics.add({
      code: "out-of-range",
      summary: `${what}, ${quote(text)}${variableNote(node)}, has no valid host or port`,
      remedy: "write it as `https://host:port`",
      position: source.position(node.start),
    });
    return text;
  }
}

/** A share or a count; the schema has checked its form. */
function decodeBudget(node: YamlNode): Budget {
  const text = textOf(node);
  return text.endsWith("%") ? { percent: Number(text.slice(0, -1)) } : { count: Number(node.data) };
}

/** The user with a password, for a session by default, or the initial secret (manual 5.2.8). */
function decodeAuth(node: YamlNode, { references, source }: DecodeContext): Settings["auth"]["value"] {
  const initialSecret = child(node, "initialSecret");
  const position = source.position((initialSecret ?? child(node, "password") ?? node).start);
  if (initialSecret) {
    return { auth: { method: "initial-secret", secret: references.secret(initialSecret) }, position };
  }
  const auth: Auth = {
    method: child(node, "session")?.data === false ? "user" : "session",
    user: textOf(child(node, "user")),
    password: references.password(child(node, "password") ?? node),
  };
  return { auth, position };
}

const NAMES_PATH = new RegExp(`"(${sourcePathKeys.join("|")})":`);

/**
 * Equal for values that are written alike. The folder is part of it, because paths may be relative, except for values
 * without paths.
 */
function digest(node: YamlNode, folder: string): string {
  const text = canonical(node);
  const isFree = !NAMES_PATH.test(text);
  return createHash("sha256")
    .update(isFree ? text : `${folder}\0${text}`)
    .digest("hex");
}

function canonical(node: YamlNode): string {
  if (node.kind === "scalar") return JSON.stringify(textOf(node));
  if (node.kind === "list") return `[${node.items.map(canonical).join(",")}]`;
  const entries = Array.from(
    node.entries,
    ([key, { value }]) => `${JSON.stringify(key)}:${canonical(value)}`,
  );
  return `{${entries.sort().join(",")}}`;
}

type Absentable<T> = { readonly [K in keyof T]: T[K] | undefined };

function dropAbsent<T extends object>(settings: Absentable<T>): Partial<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
