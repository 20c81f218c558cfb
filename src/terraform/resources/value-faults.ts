import { Limits } from "../../model/limits";
import { SecretValue } from "../../model/secret-value";
import { type AttributePath, type Fault, FaultError, fault, formatPath, toFault } from "../fault";
import { Unknown, type Value } from "../values/type";
import type { Attrs } from "./resource-type";

/** A fault if the manager would refuse the value of an attribute. None for an unknown or missing value. */
export function valueFaults(
  attribute: AttributePath,
  value: Value | undefined,
  limit: (typeof Limits)["secretValue" | "initialSecret"],
): Fault[] {
  const why = typeof value === "string" ? new SecretValue(value).refusal(limit) : undefined;
  if (why === undefined) return [];
  const summary = `the manager would refuse the value of \`${formatPath(attribute)}\`: ${why}`;
  const allowed = `The manager takes ${limit.min}-${limit.max} characters of ASCII 0x20-0x7e here.`;
  const remedy = why.includes("line end") ? `${CHOMP} ${allowed}` : allowed;
  return [toFault({ code: "secret-refused", severity: "error", summary, remedy }, () => attribute)];
}

/** Every editor ends a file with a line end. */
const CHOMP =
  "Remove it: `chomp(file(…))` for a file, or `trimspace(…)`, which also removes blanks at both ends.";

export function generationFaults({ generation }: Attrs): readonly Fault[] {
  if (generation === null || generation === undefined || generation instanceof Unknown) return [];
  if (typeof generation === "number" && Number.isSafeInteger(generation) && generation >= 1) return [];
  const summary = `\`generation\` cannot be ${generation}`;
  return [
    fault(
      ["generation"],
      summary,
      "Write a whole number of at least 1, and raise it to issue the secret again.",
    ),
  ];
}

/** Faults for keys that cannot be the name of an agent's secret. */
export function keyFaults(attribute: string, keys: readonly string[]): Fault[] {
  const { min, max } = Limits.secretKey;
  return keys
    .filter((key) => key.length < min || key.length > max || !/^[ -~]*$/.test(key))
    .map((key) => {
      const path = [attribute, { key }];
      const what = key === "" ? "is empty" : "is not the name of a secret";
      const detail = `The name of a secret has ${min}-${max} printable ASCII characters. Correct the key, or remove it.`;
      return fault(path, `The key in \`${formatPath(path)}\` ${what}`, detail);
    });
}

/** Stops a plan or an apply before it sends anything. */
export function refuse(faults: readonly Fault[]): void {
  if (hasErrors(faults)) throw new FaultError(faults);
}

export function hasErrors(faults: readonly Fault[]): boolean {
  return faults.some(({ severity }) => severity === "error");
}
