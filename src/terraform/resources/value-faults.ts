import type { Limits } from "../../model/limits";
import { SecretValue } from "../../model/secret-value";
import { type AttributePath, type Fault, FaultError, spelled, toFault } from "../fault";
import type { Value } from "../values/type";

/** Why the manager would refuse the value of an attribute; nothing of one that is not known yet, or is not there. */
export function valueFaults(
  attribute: AttributePath,
  value: Value | undefined,
  limit: (typeof Limits)["secretValue" | "initialSecret"],
): Fault[] {
  const why = typeof value === "string" ? new SecretValue(value).refusal(limit) : undefined;
  if (why === undefined) return [];
  const summary = `the manager would refuse the value of \`${spelled(attribute)}\`: ${why}`;
  const remedy = `The manager takes ${limit.min}-${limit.max} characters of ASCII 0x20-0x7e here.`;
  return [toFault({ code: "secret-refused", severity: "error", summary, remedy }, () => attribute)];
}

/** Stops a plan or an apply before anything is sent. */
export function refuse(faults: readonly Fault[]): void {
  if (hasErrors(faults)) throw new FaultError(faults);
}

export function hasErrors(faults: readonly Fault[]): boolean {
  return faults.some(({ severity }) => severity === "error");
}
