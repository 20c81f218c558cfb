import type { SinkReference } from "../../model/desired-state";
import { fieldsOf, textOption } from "../../model/options";
import { ageLibrary } from "../age/library";
import { namesFolder, pathFrom } from "../path-from";
import { formatOf, formatted } from "./format";
import { digestOf, type FileSink, type SinkFlaw, undeliverable } from "./sink";
import { proveTarget } from "./target-file";

/**
 * `age: { recipients: [age1…], file: PATH }`. The secret as an armored age file, which only the recipients can read,
 * so that it may be committed. It is written like that of the file sink. `age --decrypt` opens it.
 */
export const age: FileSink = {
  type: "age",
  writes: "file",
  noun: "age file",
  isUsedInPlace: false,
  spelled: spelledFile,
  describe: (options) => `age file ${spelledFile(options) ?? "without a path"}`,
  place: async ({ options, folder }, { resolvePath }) => {
    const named = spelledFile(options);
    if (named === undefined) return undefined;
    const { recipients } = fieldsOf(options);
    return {
      ...{ type: "age", paths: { file: await resolvePath(folder, named) } },
      traits: { format: formatOf(options), recipients: digestOf(sorted(recipients)) },
    };
  },
  flawIn: async (options) => {
    const { recipients } = fieldsOf(options);
    const flaws = Array.isArray(recipients) ? await Promise.all(recipients.map(flawOf)) : [];
    return flaws.find((flaw) => flaw !== undefined);
  },
  prove: async (reference, context) => {
    const { target, recipients } = optionsOf(reference);
    await encrypt("", recipients);
    await proveTarget(target, reference.options, context);
  },
  target: (reference) => optionsOf(reference).target,
  text: (reference, issued) => encrypt(formatted(issued, reference.options), optionsOf(reference).recipients),
};

function spelledFile(options: unknown): string | undefined {
  return textOption(options, "file");
}

/** Order and duplicates do not matter. */
function sorted(recipients: unknown): readonly string[] {
  return Array.isArray(recipients) ? [...new Set(recipients.map(String))].sort() : [];
}

function optionsOf({ options, folder }: SinkReference): { target: string; recipients: readonly unknown[] } {
  const named = spelledFile(options);
  const { recipients } = fieldsOf(options);
  if (named === undefined || !Array.isArray(recipients) || recipients.length === 0) {
    throw undeliverable(
      "age has to name recipients and a file",
      "write: age: { recipients: [age1…], file: PATH }",
    );
  }
  if (namesFolder(named)) throw undeliverable(`${named} names a folder`, "name a file in it");
  return { target: pathFrom(folder, named), recipients };
}

async function encrypt(text: string, recipients: readonly unknown[]): Promise<string> {
  const { Encrypter, armor } = await ageLibrary();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    const flaw = await flawOf(recipient);
    if (flaw) throw undeliverable(flaw.summary, flaw.remedy);
    encrypter.addRecipient(String(recipient));
  }
  return armor.encode(await encrypter.encrypt(text));
}

async function flawOf(recipient: unknown): Promise<SinkFlaw | undefined> {
  const { Encrypter } = await ageLibrary();
  try {
    new Encrypter().addRecipient(String(recipient));
    return undefined;
  } catch {
    const remedy =
      "copy the whole public key, as `age-keygen -y KEYFILE` shows it: its last characters are a checksum of the others";
    return { summary: notARecipient(recipient), remedy };
  }
}

/** The message does not repeat a private key that is in place of a public one. */
function notARecipient(recipient: unknown): string {
  const isPublic = typeof recipient === "string" && recipient.startsWith("age1");
  return isPublic
    ? `${recipient} is not an age recipient`
    : "one of the recipients of age is not an age recipient";
}
