import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured } from "../protocol/wire";
import { checkProvider } from "../provider/connection";
import type { Provider } from "../provider/provider";
import { providerAttributes } from "../provider/provider-schema";
import { readConfig } from "./objects";

/** This ignores the environment, because a plan may run in another one. */
export async function validateProviderConfig(
  { config }: Configured,
  { platform }: Provider,
): Promise<Answer> {
  const given = readConfig(providerAttributes, config);
  return { diagnostics: (await checkProvider(given, platform)).map(faultToWire) };
}
