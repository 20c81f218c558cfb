import type { SecretReference } from "../model/desired-state";
import type { SecretResolver } from "./port";

/** The password or token for a server that is no manager, as its client library takes it. Rejects as `resolve` does. */
export async function loginText(source: SecretReference, resolver: SecretResolver): Promise<string> {
  return (await resolver.resolve(source)).reveal();
}
