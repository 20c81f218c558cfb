import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { dataSourceOf } from "./lookup";
import { readObject, writeObject } from "./objects";

export async function readDataSource(
  { typeName, config }: Typed & Configured,
  provider: Provider,
): Promise<Answer> {
  const source = dataSourceOf(typeName);
  const { state, faults = [] } = await source.read(
    readObject(source.attributes, config) ?? {},
    provider.connection,
  );
  return { state: writeObject(source.attributes, state), diagnostics: faults.map(faultToWire) };
}
