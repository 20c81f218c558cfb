import { agentAddress, parseAddress } from "../../model/address";
import type { DeferredChange } from "../../model/change";
import type { Diagnostic } from "../../model/diagnostic";
import type { Operation } from "../../model/operation";
import { operationKind } from "../../resources/kinds";
import { isAsDeferred } from "../apply/second-round";
import { describeDifference, valueWords } from "./describe-difference";
import { progressCheck } from "./remaining-plan";
import { stale, type Verification } from "./verification";

/** The first few differences are enough to see why a plan is stale. */
const SHOWN = 10;

/**
 * Why a saved plan must not be applied; empty if planning again gave the same changes and the same requests with the
 * same preconditions, or the rest of them. Changes of other resources do not count.
 */
export function checkPlan(verification: Verification): Diagnostic[] {
  const explained = new Set<string>();
  const diagnostics = [
    ...changeDiagnostics(verification, explained),
    ...deferredDiagnostics(verification, explained),
    ...(verification.interrupted ? [] : requestDiagnostics(verification, explained)),
  ];
  // Ten thousand values may have one source.
  const distinct = [...new Map(diagnostics.map((diagnostic) => [diagnostic.summary, diagnostic])).values()];
  if (distinct.length <= SHOWN) return distinct;
  return [...distinct.slice(0, SHOWN), stale(`and ${distinct.length - SHOWN} more differences`)];
}

function changeDiagnostics(verification: Verification, explained: Set<string>): Diagnostic[] {
  const { saved, today, interrupted } = verification;
  const now = new Map(today.plan.changes.map((change) => [change.address, change]));
  const describe = describeDifference(verification);
  const fits = interrupted ? progressCheck(today, interrupted) : isSame;
  return saved.changes.flatMap((change) => {
    const present = now.get(change.address);
    if (fits(change, present)) return [];
    for (const place of requestPlaces(change.address)) explained.add(place);
    return [describe(change, present)];
  });
}

/** Deferred changes must be the same; after an interruption they may be due or done by now. */
function deferredDiagnostics(verification: Verification, explained: ReadonlySet<string>): Diagnostic[] {
  const { saved, today, interrupted, sourceOf } = verification;
  const waiting = new Map(today.plan.deferred.map((change) => [change.address, change]));
  const due = new Map(today.plan.changes.map((change) => [change.address, change]));
  const fits = (change: DeferredChange) => {
    const [now, begun] = [waiting.get(change.address), due.get(change.address)];
    if (!interrupted || now) return isSame(change, now);
    return !begun || isAsDeferred(change, begun);
  };
  return saved.deferred.flatMap((change) => {
    if (explained.has(change.after) || fits(change)) return [];
    const now = waiting.get(change.address) ?? due.get(change.address);
    return [stale(valueWords(change, now, sourceOf) ?? `${change.address} would be another change now`)];
  });
}

/** Differences that no change shows: other keys on an agent, more to delete in one request. */
function requestDiagnostics({ saved, today }: Verification, explained: Set<string>): Diagnostic[] {
  const now = new Map(today.plan.operations.map((operation) => [operation.id, operation]));
  return saved.operations.flatMap((operation) => {
    const place = operation.id.slice(0, operation.id.lastIndexOf("#"));
    const present = now.get(operation.id);
    if (explained.has(place) || isSame(operation, present)) return [];
    explained.add(place);
    return [stale(differentRequest(operation, present, place))];
  });
}

function differentRequest(operation: Operation, present: Operation | undefined, place: string): string {
  const isOfType = present?.type === operation.type;
  const difference = isOfType && operationKind(operation).difference?.(operation, present, place);
  return difference || `the request ${operation.id} would be another one now`;
}

/** The prefixes of IDs of requests for an address. */
function requestPlaces(address: string): string[] {
  const addressed = parseAddress(address);
  if (addressed?.kind === "secret") return [agentAddress(addressed.manager, addressed.agent)];
  return [address, address.slice(0, address.lastIndexOf("/"))];
}

function isSame(one: object, other: object | undefined): boolean {
  return other !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
