import { faultToWire } from "../protocol/fault-to-wire";
import { timeToWire } from "../protocol/time-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { ephemeralTypeOf } from "./lookup";
import { readObject, writeObject } from "./objects";

/**
 * Terraform opens it in each plan and each apply that needs it, and does not tell the provider which of the two it
 * is.
 */
export async function openEphemeralResource(
  { typeName, config }: Typed & Configured,
  provider: Provider,
): Promise<Answer> {
  const type = ephemeralTypeOf(typeName);
  const given = readObject(type.attributes, config) ?? {};
  const { result, own, renewAt, faults } = await type.open(given, provider.connection);
  return {
    ...(result && { result: writeObject(type.attributes, result) }),
    ...(own !== undefined && { private: Buffer.from(own, "utf8") }),
    ...(renewAt !== undefined && { renewAt: timeToWire(renewAt) }),
    diagnostics: faults.map(faultToWire),
  };
}
