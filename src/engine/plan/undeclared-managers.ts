import type { DesiredManager, DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import { serverIdentity } from "../../model/server-identity";
import { suggest } from "../../model/shell-command";
import type { ManagerRecord } from "../../state/port";
import type { PriorState } from "../prior-state";

/**
 * Diagnostics about managers with owned resources that are no longer declared, so that their address is unknown. If
 * such a manager is declared under another name, everything would be issued and written again under that name, so
 * this stops a run on it.
 */
export function undeclaredManagers(
  priors: ReadonlyMap<string, PriorState>,
  { managers }: Pick<DesiredState, "managers">,
  /** The managers that the run may write to. */
  written: readonly string[],
): Diagnostic[] {
  const unknown = [...managers.values()].filter(({ name }) => (priors.get(name)?.owned ?? 0) === 0);
  return [...priors.values()]
    .filter(({ manager, owned }) => owned > 0 && !managers.has(manager))
    .map((prior) => {
      const { identity } = prior;
      const renamed = identity && unknown.find((each) => isAt(identity, each));
      if (renamed === undefined) return leftAlone(prior);
      return renamedTo(renamed, prior, written.includes(renamed.name) ? "error" : "warning");
    });
}

/** A host that is only derived from the URL may have many managers, each at a port of its own. */
function isAt(recorded: ManagerRecord, { url, host }: DesiredManager): boolean {
  return (
    serverIdentity(url) === serverIdentity(recorded.url) ||
    (isSameHost(host, recorded.host) && !isSameHost(new URL(url).hostname, host))
  );
}

function renamedTo(
  { name, position }: DesiredManager,
  { manager, owned }: PriorState,
  severity: Diagnostic["severity"],
): Diagnostic {
  return {
    code: "unknown-manager",
    severity,
    summary: `the state holds ${owned} resources of ${manager}, which is not declared, and ${name} is declared at the same place: it seems to be the same manager under another name`,
    remedy: `run ${suggest("state", "mv", manager, name)}, or ${suggest("state", "rm", manager)} to forget them`,
    address: manager,
    position,
  };
}

function leftAlone({ manager, owned }: PriorState): Diagnostic {
  return {
    code: "unknown-manager",
    severity: "warning",
    summary: `the state holds ${owned} resources of ${manager}, which is not declared: they are left alone`,
    remedy: `declare ${manager} without them to delete them, or run ${suggest("state", "rm", manager)} to forget them`,
    address: manager,
  };
}
