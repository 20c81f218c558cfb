import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { refuse } from "../resources/value-faults";
import { nullFaults } from "../schema/null-faults";
import { dataSourceOf } from "./lookup";
import { readObject, writeObject } from "./objects";

export async function readDataSource(
  { typeName, config }: Typed & Configured,
  provider: Provider,
): Promise<Answer> {
  const source = dataSourceOf(typeName);
  const given = readObject(source.attributes, config) ?? {};
  refuse(nullFaults(source.attributes, given));
  const { state, faults = [] } = await source.read(given, provider.connection);
  return { state: writeObject(source.attributes, state), diagnostics: faults.map(faultToWire) };
}
