import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Opened } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { ephemeralTypeOf } from "./lookup";

/** A resource that issued nothing, for example one that is not enabled, has nothing to close. */
export async function closeEphemeralResource(
  { typeName, private: own }: Opened,
  provider: Provider,
): Promise<Answer> {
  if (own.length === 0) return {};
  const text = Buffer.from(own).toString("utf8");
  const faults = await ephemeralTypeOf(typeName).close(text, provider.connection);
  return { diagnostics: faults.map(faultToWire) };
}
