import { FaultError, fault } from "../fault";

/** The error of an import whose ID is not an address of the type, or names another manager. */
export function wrongAddress(given: string, form: string, more = ""): FaultError {
  const what = `${JSON.stringify(given)} is not the address of such a resource of this provider's manager`;
  return new FaultError([fault(undefined, what, `Write \`${form}\`. ${more}`.trim())]);
}
