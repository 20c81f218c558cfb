import { resolve } from "node:path";
import { failure } from "../model/diagnostic";
import type { Plan } from "../model/plan";
import { fileFault } from "../platform/file-fault";
import { errorCode } from "../platform/file-system";
import type { Library } from "./library";
import type { Run } from "./run";

/** A plan that `jp1im plan --out` saved. */
export async function readPlan(run: Run, library: Library, planFile: string): Promise<Plan> {
  let text: string;
  try {
    text = (await run.around(library).fileSystem.readFile(resolve(run.io.cwd, planFile))).toString("utf8");
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw failure(
      {
        code: "plan-unreadable",
        summary: `the plan ${planFile} cannot be read: ${fileFault(error)}`,
        remedy: "name a file that jp1im plan --out wrote; the desired state goes with -f",
      },
      { cause: error },
    );
  }
  return await library.parsePlan(text, planFile);
}
