import type { SecretReference } from "../model/desired-state";
import type { SecretResolver } from "./port";

/** The password or token for a server that is not a manager, as text for its client library. Rejects like `resolve`. */
export async function loginText(source: SecretReference, resolver: SecretResolver): Promise<string> {
  return (await resolver.resolve(source)).reveal();
}
