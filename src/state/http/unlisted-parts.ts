import { DiagnosticError } from "../../model/diagnostic";
import { isCorrupted } from "../read-partition";
import { isMissing, type PartitionDocument } from "./document";

/** The managers that a run knows without the list of the state's managers. */
export interface DeclaredManagers {
  readonly all: readonly string[];
  /** Those that the run works on. */
  readonly used: readonly string[];
}

/**
 * Finds declared managers that have a part and are not on the list, because the list was lost, or was made again by a
 * run that did not know them. It asks for each manager once, and once more when the list is lost. If there is a list,
 * it asks only for the managers that the run works on.
 */
export class UnlistedParts {
  readonly #declared: DeclaredManagers;
  readonly #look: (manager: string) => Promise<PartitionDocument>;
  readonly #absent = new Set<string>();
  #isLost = false;

  constructor(declared: DeclaredManagers, look: (manager: string) => Promise<PartitionDocument>) {
    this.#declared = declared;
    this.#look = look;
  }

  /** By manager: whether it certainly has a part. */
  async find(listed: readonly string[], isLost: boolean): Promise<ReadonlyMap<string, boolean>> {
    if (isLost && !this.#isLost) this.#absent.clear();
    this.#isLost = isLost;
    const known = new Set([...listed, ...this.#absent]);
    const asked = (isLost ? this.#declared.all : this.#declared.used).filter((name) => !known.has(name));
    const answers = await Promise.all(asked.map((name) => answerOf(this.#look(name))));
    const found = new Map<string, boolean>();
    for (const [index, name] of asked.entries()) {
      if (answers[index] === "no") this.#absent.add(name);
      else found.set(name, answers[index] === "yes");
    }
    return found;
  }
}

/** Whether a manager has a part; `unknown` if the server does not show it. */
async function answerOf(look: Promise<PartitionDocument>): Promise<"yes" | "no" | "unknown"> {
  try {
    return (await isMissing(look)) ? "no" : "yes";
  } catch (error) {
    if (isCorrupted(error)) return "yes";
    if (error instanceof DiagnosticError) return "unknown";
    throw error;
  }
}
