import type { Answer, Configured } from "../protocol/wire";
import { connect } from "../provider/connection";
import type { Provider } from "../provider/provider";
import { providerAttributes } from "../provider/provider-schema";
import { unknownSettings } from "../provider/unknown-settings";
import { readConfig } from "./objects";

export async function configureProvider(
  { config, terraformVersion }: Configured & { readonly terraformVersion: string },
  provider: Provider,
): Promise<Answer> {
  provider.log("debug", "configuring", { terraform: terraformVersion });
  const given = readConfig(providerAttributes, config);
  const unknown = unknownSettings(given);
  // A plan can still show creations. Anything that needs the manager reports the missing settings.
  if (unknown.length > 0) await provider.postpone(unknown);
  else await provider.use(await connect(given, provider.platform));
  return {};
}
