import { isAbsolute, join } from "node:path";
import type { SecretValue } from "../../model/secret-value";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { operatingSystem } from "../../platform/operating-system";
import { textFault } from "../../platform/text-fault";
import type { SourceContext } from "../sources/source";
import { ageLibrary } from "./library";
import { type ParsedKeys, parsePrivateKeys } from "./parse-private-keys";

const KEY = "SOPS_AGE_KEY";
export const KEY_FILE = "SOPS_AGE_KEY_FILE";
/** Variables that SOPS reads and we do not. */
const OTHERS = ["SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"];
const MOST_BYTES = 1024 * 1024;

/** The available age keys. */
export interface Identities {
  readonly keys: readonly SecretValue[];
  /** Their public halves, which may be shown. */
  readonly recipients: readonly string[];
  /** The places that were searched, for messages. */
  readonly places: readonly string[];
  /** Unusable keys that were found there, a clause each: shown only if no key fits. */
  readonly unusable: readonly string[];
}

type Place = Pick<SourceContext, "env" | "fileSystem" | "cwd">;

/**
 * Every age key that SOPS would find: in SOPS_AGE_KEY, in the file that SOPS_AGE_KEY_FILE names, and in the user's
 * `sops/age/keys.txt`. Read once per run. Finding none is no error here, nor is an unreadable place: the next one may
 * have the key.
 */
export function ageIdentities(context: SourceContext): Promise<Identities> {
  return context.once("age identities", () => load(context));
}

async function load(context: SourceContext): Promise<Identities> {
  const { env } = context;
  const named = env[KEY_FILE];
  const standard = standardFile(env);
  const sets = await Promise.all([
    env[KEY] ? parsePrivateKeys(env[KEY], KEY) : NONE,
    named ? keysOfFile(isAbsolute(named) ? named : join(context.cwd, named), true, context) : NONE,
    standard === undefined ? NONE : keysOfFile(standard, false, context),
  ]);
  const keys = sets.flatMap((each) => each.keys);
  const { identityToRecipient } = await ageLibrary();
  const recipients = await Promise.all(keys.map((key) => identityToRecipient(key.reveal())));
  return {
    keys,
    recipients: [...new Set(recipients)],
    places: [KEY, KEY_FILE, ...(standard === undefined ? [] : [standard])],
    unusable: [
      ...sets.flatMap((each) => each.unusable),
      ...OTHERS.filter((name) => env[name]).map((name) => `${name} is set, and not used here`),
    ],
  };
}

const NONE: ParsedKeys = { keys: [], unusable: [] };

/** The file where SOPS stores the keys of a user. */
export function standardFile(env: Place["env"]): string | undefined {
  const { HOME, XDG_CONFIG_HOME, APPDATA } = env;
  const home = HOME && join(HOME, operatingSystem === "darwin" ? "Library/Application Support" : ".config");
  const folder = operatingSystem === "win32" ? APPDATA : XDG_CONFIG_HOME || home;
  return folder ? join(folder, "sops", "age", "keys.txt") : undefined;
}

async function keysOfFile(path: string, isNamed: boolean, { fileSystem }: Place): Promise<ParsedKeys> {
  const where = `the age key file ${path}`;
  try {
    const { type, size } = await fileSystem.stat(path);
    if (type !== "file" || size > MOST_BYTES)
      return { keys: [], unusable: [`${where} is not a file of keys`] };
    const bytes = await fileSystem.readFile(path);
    const fault = textFault(bytes);
    if (fault !== undefined) return { keys: [], unusable: [`${where} ${fault.why}: ${fault.remedy}`] };
    return await parsePrivateKeys(bytes.toString("utf8"), where);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    if (errorCode(error) === "ENOENT" && !isNamed) return NONE;
    const tilde = /(^|\/)~\//.test(path) ? ", and no shell has replaced its `~`" : "";
    return { keys: [], unusable: [`${where} cannot be read: ${fileFault(error)}${tilde}`] };
  }
}
