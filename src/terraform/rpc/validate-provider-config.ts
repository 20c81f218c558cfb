import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured } from "../protocol/wire";
import { checkProvider } from "../provider/connection";
import { providerAttributes } from "../provider/provider-schema";
import { readConfig } from "./objects";

/** Without the environment: it may be another one where the provider is used. */
export async function validateProviderConfig({ config }: Configured): Promise<Answer> {
  const given = readConfig(providerAttributes, config);
  return { diagnostics: checkProvider(given).map(faultToWire) };
}
