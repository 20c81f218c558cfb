import { isRefused } from "../../api/manager-error";
import type { ManagerWarning } from "../../api/port";
import { initialSecretAddress, lowerManagerAddress } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import type { DeleteLowerManagers, Operation, PutLowerManager } from "../../model/operation";
import type { SecretValue } from "../../model/secret-value";
import { PENDING, type StateRecord } from "../../state/port";
import type { KindApplyContext } from "../apply-context";
import { deleteTogether } from "../delete-together";
import { withholdDeletions } from "../withhold-deletions";
import { LowerManagerValues } from "./lower-manager-values";

/** Adds or updates one lower manager, with a declared initial secret or a newly issued one. */
export async function applyPutLowerManager(
  applying: KindApplyContext,
  operation: Operation & PutLowerManager,
): Promise<void> {
  const { manager, host, issue_on: issuer } = operation;
  const address = lowerManagerAddress(manager, host);
  const secret = await initialSecretFor(applying, manager, host, issuer);
  // The issue failed and reported why; the change stays *skipped*.
  if (!secret) return;
  if (issuer !== undefined) applying.note(address, { effect: "issued", at: initialSecretAddress(issuer) });
  const record = { kind: "lower-manager", address, manager, host } as const;
  const before = applying.state.record(address);
  for (let attempt = 1; ; attempt++) {
    try {
      // An existing host that is not owned becomes owned only after success.
      if (!operation.registered || applying.state.record(address)) {
        applying.state.put({ ...record, fingerprint: PENDING });
        await applying.state.flush([manager]);
      }
      const port = await applying.port(manager);
      await applying.write(() => port.putLowerManager(host, secret));
      break;
    } catch (error) {
      if (attempt === 1 && isRefused(error)) restore(applying, address, before);
      try {
        if (!(await applying.mayTryAgain(error, attempt, address))) throw error;
        const listed = await (await applying.port(manager)).listLowerManagers();
        const there = listed.some((each) => isSameHost(each, host));
        // Absent before and present now: it was added, and only the answer was lost.
        if (there && !operation.registered) break;
      } catch (final) {
        applying.fail([address], final);
        return;
      }
    }
  }
  const fingerprint = issuer === undefined ? applying.context.fingerprints.value(address, secret) : undefined;
  const version = lowerVersionOf(applying, manager, host);
  for (const other of spellingsOf(applying, manager, host)) if (other !== address) applying.state.drop(other);
  applying.state.put({
    ...record,
    fingerprint,
    version,
  });
  applying.succeed(address);
}

/** Addresses at which the state has a host: the declared spelling may differ from the listed one. */
function spellingsOf({ state }: KindApplyContext, manager: string, host: string): string[] {
  return [...state.records()].flatMap((record) =>
    record.kind === "lower-manager" && record.manager === manager && isSameHost(record.host, host)
      ? [record.address]
      : [],
  );
}

function lowerVersionOf(applying: KindApplyContext, manager: string, host: string): string | undefined {
  const units = applying.units(manager);
  const lower = units.desired.lowerManagers.find((each) => isSameHost(each.host, host));
  return lower && new LowerManagerValues(manager, units.values).version({ ...lower, host })?.digest;
}

/**
 * Deletes lower managers in one request; it reports hosts whose own side could not be cleaned up. None is deleted if
 * adding one failed: the new one may be its replacement, and the agents below would be lost.
 */
export async function applyDeleteLowerManagers(
  applying: KindApplyContext,
  operation: Operation & DeleteLowerManagers,
): Promise<void> {
  const { manager, hosts } = operation;
  const addressOf = (host: string) => lowerManagerAddress(manager, host);
  if (withholdDeletions(applying, hosts.map(addressOf), additions(applying, manager))) return;
  const port = await applying.port(manager);
  await deleteTogether(applying, {
    place: `${manager}/lower-manager`,
    names: hosts,
    addressOf,
    send: async (names) => {
      const answer = await port.deleteLowerManagers(names);
      if (answer.complete) return;
      for (const host of answer.partial) applying.warn(notCleanedUp(addressOf(host), host, answer.warnings));
    },
    list: () => port.listLowerManagers(),
    gone: (host) => {
      for (const address of spellingsOf(applying, manager, host)) applying.state.drop(address);
      applying.succeed(addressOf(host));
    },
    failed: (names, error) => applying.fail(names.map(addressOf), error),
  });
}

function additions({ planned }: KindApplyContext, manager: string): string[] {
  return planned.plan.operations.flatMap((operation) => {
    const isAddition = operation.type === "put-lower-manager" && !operation.registered;
    return isAddition && operation.manager === manager ? [lowerManagerAddress(manager, operation.host)] : [];
  });
}

/** Nothing was changed, so ownership stays as it was. */
function restore(applying: KindApplyContext, address: string, before: StateRecord | undefined): void {
  if (before?.kind === "lower-manager") applying.state.put(before);
  else if (applying.state.record(address)) applying.state.drop(address);
}

async function initialSecretFor(
  applying: KindApplyContext,
  manager: string,
  host: string,
  issuer: string | undefined,
): Promise<SecretValue | undefined> {
  if (issuer !== undefined) return applying.initialSecrets.of(issuer);
  const lower = applying.units(manager).desired.lowerManagers.find((each) => isSameHost(each.host, host));
  const value =
    lower?.initialSecret.from === "source" && applying.planned.values.get(lower.initialSecret.source);
  if (!value) throw new Error(`the initial secret of ${lowerManagerAddress(manager, host)} was not resolved`);
  return value;
}

function notCleanedUp(address: string, host: string, warnings: readonly ManagerWarning[]): Diagnostic {
  const why = warnings.map(({ messageId, meaning }) => `${messageId}: ${meaning}`).join("; ");
  return {
    code: "manager-partial",
    severity: "warning",
    summary: `${host} was deleted here and keeps its own side of the connection (${why})`,
    remedy: `once ${host} is back, delete the client MANAGER_INTEGRATED_<this manager's host> there`,
    address,
  };
}
