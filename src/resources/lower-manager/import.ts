import { lowerManagerAddress } from "../../model/address";
import { IMPORTED } from "../../state/port";
import { isOwned, type KindImportContext, sortImported } from "../import-context";

export async function importLowerManagers(importing: KindImportContext): Promise<void> {
  const { desired, state, observer, scope, recorder } = importing;
  const { name: manager, lowerManagers } = desired;
  const addressOf = (host: string) => lowerManagerAddress(manager, host);
  const declared = lowerManagers.filter(({ host }) => scope.covers(addressOf(host)));
  const imported = await sortImported(importing, {
    address: `${manager}/lower-manager`,
    names: declared.map(({ host }) => host),
    addressOf,
    isOurs: (host) => isOwned(state, addressOf(host)),
    list: () => observer.names("lower-manager"),
  });
  for (const { host, initialSecret } of declared.filter((lower) => imported.has(lower.host))) {
    const record = { kind: "lower-manager", address: addressOf(host), manager, host } as const;
    // With `issueOn` there is no value that could be unknown.
    recorder?.put(initialSecret.from === "source" ? { ...record, fingerprint: IMPORTED } : record);
  }
}
