import type { AttributePath, Fault } from "../fault";

const severities = { error: 1, warning: 2 } as const;

export function faultToWire({ severity, summary, detail, attribute }: Fault): object {
  return {
    severity: severities[severity],
    summary,
    detail,
    attribute: attribute && pathToWire(attribute),
  };
}

export function pathToWire(path: AttributePath): object {
  return {
    steps: path.map((step) => {
      if (typeof step === "string") return { attributeName: step };
      return typeof step === "number" ? { elementKeyInt: step } : { elementKeyString: step.key };
    }),
  };
}
