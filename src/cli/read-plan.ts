import { resolve } from "node:path";
import { failure } from "../model/diagnostic";
import type { Plan } from "../model/plan";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import type { CommandContext } from "./command-context";
import type { Library } from "./load-library";

/** Just below the longest string of Node. */
const LARGEST_PLAN = 500 * 1024 ** 2;

/** A plan that `jp1im plan --out` saved. */
export async function readPlan(context: CommandContext, library: Library, planFile: string): Promise<Plan> {
  let text: string;
  try {
    const { fileSystem } = context.platform(library);
    text = (await fileSystem.readFile(resolve(context.io.cwd, planFile), LARGEST_PLAN)).toString("utf8");
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
