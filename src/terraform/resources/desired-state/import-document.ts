import { resolve } from "node:path";
import { checkDesiredText } from "../../../library/desired-text";
import type { Platform } from "../../../library/platform";
import { FaultError, fault } from "../../fault";
import { identifying, namedPart } from "../identity";
import type { Identity, Imported } from "../resource-type";
import { refuse } from "../value-faults";
import { documentFault } from "./document-faults";
import { nothingToDo } from "./shown-plan";

/** Only an import knows the path, because a configuration contains the text and not its file. */
export const documentIdentity: Identity = {
  attributes: { path: identifying("required", "Path of the document's file.") },
  of: () => undefined,
  address: ({ path }) => namedPart("path", path),
};

/** Nobody writes a larger document. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Imports the document in a file, as it was applied last. What it declares counts as declared before. The plan then
 * reads its managers.
 */
export async function importDocument(path: string, platform: Platform): Promise<Imported> {
  const yaml = await readDocument(path, platform);
  const folder = folderOf(path);
  const state = { yaml, base_path: folder, ...nothingToDo() };
  const text = { text: yaml, folder: resolve(platform.cwd, folder ?? ".") };
  // Terraform stores the text, so a text that contains a secret is refused first.
  refuse((await checkDesiredText(text, platform)).map(documentFault));
  return { state, identity: { path }, faults: [ownership] };
}

const ownership = fault(
  undefined,
  "From now on a later version of the document deletes what it no longer declares",
  "The provider now treats what the document declares as declared by this resource before. First remove from the document what another resource, or `jp1im` itself, manages on the same state.",
  "warning",
);

/** The folder for `base_path`; null for a file without a folder. */
function folderOf(path: string): string | null {
  const end = path.lastIndexOf("/");
  return end < 0 ? null : path.slice(0, end) || "/";
}

async function readDocument(path: string, { fileSystem, cwd }: Platform): Promise<string> {
  try {
    return (await fileSystem.readFile(resolve(cwd, path), MOST_BYTES)).toString("utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/, \w+ '.*'$/s, "") : String(error);
    const summary = `The document ${JSON.stringify(path)} cannot be read: ${why}`;
    const detail = 'To import a desired state, give the path of its document, such as "./jp1im.yaml".';
    throw new FaultError([fault(undefined, summary, detail)]);
  }
}
