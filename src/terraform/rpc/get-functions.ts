import { functions, type ProviderFunction } from "../functions/functions";
import type { Answer } from "../protocol/wire";
import { typeToWire } from "../schema/to-wire";

export async function getFunctions(): Promise<Answer> {
  return { functions: functionsToWire() };
}

export function functionsToWire(): Record<string, object> {
  return Object.fromEntries([...functions].map(([name, each]) => [name, functionToWire(each)]));
}

function functionToWire({ summary, parameters, returns }: ProviderFunction): object {
  return {
    summary,
    description: summary,
    parameters: parameters.map(({ name, description }) => ({
      name,
      description,
      type: typeToWire("string"),
    })),
    return: { type: typeToWire(returns) },
  };
}
