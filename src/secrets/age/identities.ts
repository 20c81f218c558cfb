import { platform } from "node:os";
import { isAbsolute, join } from "node:path";
import { SecretValue } from "../../model/secret-value";
import { fileFault } from "../../platform/file-fault";
import { errorCode } from "../../platform/file-system";
import { type SourceContext, unresolved } from "../sources/source";
import { ageLibrary } from "./library";

const KEY = "SOPS_AGE_KEY";
const KEY_FILE = "SOPS_AGE_KEY_FILE";
const MOST_BYTES = 1024 * 1024;

/** The age keys at hand. */
export interface Identities {
  readonly keys: readonly SecretValue[];
  /** Their public halves, which may be shown. */
  readonly recipients: readonly string[];
  /** Where was looked, as a person reads it. */
  readonly places: readonly string[];
}

type Place = Pick<SourceContext, "environment" | "fileSystem" | "workingFolder">;

/**
 * Every age key that SOPS would find: in SOPS_AGE_KEY, in the file that SOPS_AGE_KEY_FILE names, and in the user's
 * `sops/age/keys.txt`. Read once per run. None at all is no error here.
 */
export function ageIdentities(context: SourceContext): Promise<Identities> {
  return context.once("age identities", () => load(context));
}

async function load(context: SourceContext): Promise<Identities> {
  const { environment } = context;
  const named = environment[KEY_FILE];
  const standard = standardFile(environment);
  const texts = await Promise.all([
    environment[KEY] ? parseKeys(environment[KEY], KEY) : [],
    named ? keysOfFile(isAbsolute(named) ? named : join(context.workingFolder, named), true, context) : [],
    standard === undefined ? [] : keysOfFile(standard, false, context),
  ]);
  const keys = texts.flat();
  const { identityToRecipient } = await ageLibrary();
  const recipients = await Promise.all(keys.map((key) => identityToRecipient(key.reveal())));
  return { keys, recipients, places: [KEY, KEY_FILE, ...(standard === undefined ? [] : [standard])] };
}

/** Where SOPS keeps the keys of a user. */
function standardFile(environment: Place["environment"]): string | undefined {
  const { HOME, XDG_CONFIG_HOME, APPDATA } = environment;
  const system = platform();
  const home = HOME && join(HOME, system === "darwin" ? "Library/Application Support" : ".config");
  const folder = system === "win32" ? APPDATA : XDG_CONFIG_HOME || home;
  return folder ? join(folder, "sops", "age", "keys.txt") : undefined;
}

async function keysOfFile(path: string, isNamed: boolean, { fileSystem }: Place): Promise<SecretValue[]> {
  let text: string;
  try {
    const { type, size } = await fileSystem.stat(path);
    if (type !== "file" || size > MOST_BYTES) {
      throw unresolved(`the age key file ${path} is not a file of keys`, `name one in ${KEY_FILE}`);
    }
    text = (await fileSystem.readFile(path)).toString("utf8");
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    if (errorCode(error) === "ENOENT" && !isNamed) return [];
    const summary = `the age key file ${path} cannot be read: ${fileFault(error)}`;
    throw unresolved(
      summary,
      isNamed ? `correct ${KEY_FILE}, or its permissions` : "check its permissions",
      error,
    );
  }
  return parseKeys(text, `the age key file ${path}`);
}

async function parseKeys(text: string, where: string): Promise<SecretValue[]> {
  const { identityToRecipient } = await ageLibrary();
  const keys: SecretValue[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim().startsWith("#")) continue;
    for (const word of line.split(/\s+/).filter((each) => each !== "")) {
      // The library's own words might repeat the key.
      const isKey = await identityToRecipient(word).then(
        () => true,
        () => false,
      );
      if (!isKey) {
        throw unresolved(
          `line ${index + 1} of ${where} is no age key that can be used here`,
          "give it keys that begin with AGE-SECRET-KEY-1 (plugins and SSH keys are not read)",
        );
      }
      keys.push(new SecretValue(word));
    }
  }
  return keys;
}
