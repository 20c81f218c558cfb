import { functions } from "../functions/functions";
import type { ProviderFunction } from "../functions/provider-function";
import type { Answer } from "../protocol/wire";
import { typeToWire } from "../schema/to-wire";

export async function getFunctions(): Promise<Answer> {
  return { functions: functionsToWire() };
}

export function functionsToWire(): Record<string, object> {
  return Object.fromEntries([...functions].map(([name, each]) => [name, functionToWire(each)]));
}

function functionToWire({ summary, description = [], parameters, returns }: ProviderFunction): object {
  return {
    summary,
    description: [summary, ...description].join("\n\n"),
    parameters: parameters.map(({ name, description }) => ({
      name,
      description,
      type: typeToWire("string"),
    })),
    return: { type: typeToWire(returns) },
  };
}
