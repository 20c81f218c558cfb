import { errorCode } from "./error-code";

/** The working folder of this process; `undefined` if it was removed, or can no longer be reached. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
