import type { Answer, Configured } from "../protocol/wire";
import { connect } from "../provider/connection";
import type { Provider } from "../provider/provider";
import { providerAttributes } from "../provider/provider-schema";
import { readObject } from "./objects";

export async function configureProvider(
  { config, terraformVersion }: Configured & { readonly terraformVersion: string },
  provider: Provider,
): Promise<Answer> {
  provider.log("debug", "configuring", { terraform: terraformVersion });
  await provider.use(await connect(readObject(providerAttributes, config) ?? {}, provider.platform));
  return {};
}
