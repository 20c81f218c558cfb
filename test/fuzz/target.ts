import { ManagerError } from "../../src/api/manager-error";
import { DiagnosticError } from "../../src/model/diagnostic";

/** Stands in the fixtures wherever a secret does, and never in an error. */
export const CANARY = "c4nary-Zq7-Wm2";

/** A reader under test. */
export interface Target {
  readonly name: string;
  /** Its part of every hundred inputs: cheap readers get more. */
  readonly share: number;
  /** Good inputs, which the bad ones are made from. */
  readonly fixtures: () => Promise<readonly Buffer[]>;
  /** JSON documents are also changed value by value, so that their text stays whole. */
  readonly json?: true;
  /** Hands the input to the reader, and walks over what comes out of it. */
  readonly read: (input: Buffer) => unknown;
}

/** Whether a reader ended as it may: with a value, or with an error that is meant for people and shows no secret. */
export async function endWell(read: () => unknown): Promise<"read" | "refused"> {
  try {
    await read();
    return "read";
  } catch (error) {
    if (!(error instanceof DiagnosticError) && !(error instanceof ManagerError)) throw error;
    const told = error instanceof DiagnosticError ? error.diagnostics : error.details;
    if (JSON.stringify([error.message, told]).includes(CANARY)) {
      throw new Error("the error shows a secret", { cause: error });
    }
    return "refused";
  }
}
