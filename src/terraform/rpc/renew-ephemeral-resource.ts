import { faultToWire } from "../protocol/fault-to-wire";
import { timeToWire } from "../protocol/time-to-wire";
import type { Answer, Opened } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { ephemeralTypeOf } from "./lookup";

export async function renewEphemeralResource(
  { typeName, private: own }: Opened,
  provider: Provider,
): Promise<Answer> {
  const text = Buffer.from(own).toString("utf8");
  const { renewAt, faults } = await ephemeralTypeOf(typeName).renew(text, provider.connection);
  return {
    private: own,
    ...(renewAt !== undefined && { renewAt: timeToWire(renewAt) }),
    diagnostics: faults.map(faultToWire),
  };
}
