import { lowerManagerAddress, parseAddress } from "../../model/address";
import type { DesiredLowerManager, DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import type { Overriding } from "../overrides";
import { alsoDeleted, oneByOne, type ResourceKind } from "../resource-kind";
import { Spellings } from "../spellings";
import { applyDeleteLowerManagers, applyPutLowerManager } from "./apply";
import { decodeLowerManagers, mergeLowerManagers } from "./decode";
import { importLowerManagers } from "./import";
import { LowerManagerValues } from "./lower-manager-values";
import { planLowerManagers } from "./plan";

/** A manager below the integrated one (manual 3.7.2), which logs in to it with its initial secret. */
export const lowerManagerKind: ResourceKind<
  DesiredLowerManager & Overriding,
  readonly DesiredLowerManager[]
> = {
  name: "lower-manager",
  decode: decodeLowerManagers,
  merge: ({ name }, declared, diagnostics) => mergeLowerManagers(name, declared, diagnostics),
  list: (port) => port.listLowerManagers(),
  doubts: lowerManagersSpelledOtherwise,
  plan({ desired: { name, lowerManagers }, prior, scope, ...planning }, listed) {
    const values = new LowerManagerValues(name, planning.values);
    const inScope = (host: string) => scope.covers(lowerManagerAddress(name, host));
    const records = prior["lower-manager"];
    values.throwIfMissing(
      lowerManagers.filter(({ host }) => inScope(host)),
      listed,
      records,
    );
    return planLowerManagers({
      ...planning,
      manager: name,
      desired: lowerManagers,
      observed: listed,
      prior: records,
      fingerprint: (lower, record) => values.fingerprint(lower, record),
      version: (lower, record) => values.version(lower, record),
      lacks: (lower) => values.missingSource(lower) !== undefined,
      pruner: planning.pruner(() => false),
      inScope,
    });
  },
  changeState(state, { address, action }) {
    const addressed = parseAddress(address);
    if (action === "forget") state.drop(address);
    else if (addressed?.kind === "lower-manager") {
      const { kind, manager, host } = addressed;
      state.put({ kind, address, manager, host });
    }
  },
  declares: ({ lowerManagers }, addressed) =>
    addressed.kind === "lower-manager" && lowerManagers.some(({ host }) => isSameHost(host, addressed.host)),
  operations: {
    "put-lower-manager": {
      addresses: ({ manager, host }) => [lowerManagerAddress(manager, host)],
      within: (operation, wanted) =>
        wanted(lowerManagerAddress(operation.manager, operation.host)) ? operation : undefined,
      work: oneByOne(applyPutLowerManager),
      issuer: ({ issue_on: issuer }) => issuer,
    },
    "delete-lower-managers": {
      addresses: ({ manager, hosts }) => hosts.map((host) => lowerManagerAddress(manager, host)),
      within(operation, wanted) {
        const hosts = operation.hosts.filter((host) => wanted(lowerManagerAddress(operation.manager, host)));
        return hosts.length > 0 ? { ...operation, hosts } : undefined;
      },
      work: oneByOne(applyDeleteLowerManagers),
      difference: ({ hosts: saved }, { hosts: today }, place) => alsoDeleted(saved, today, place),
    },
  },
  import: importLowerManagers,
};

/**
 * Warns of each declared host that the manager lists in another spelling; plans compare and send hosts as the list
 * spells them.
 */
function lowerManagersSpelledOtherwise(
  { lowerManagers }: DesiredManager,
  listed: readonly string[],
): Diagnostic[] {
  const hosts = new Spellings(listed);
  return lowerManagers.flatMap(({ host, position }) => hosts.differing(host, "lower manager", position));
}
