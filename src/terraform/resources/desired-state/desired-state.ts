import { resolve } from "node:path";
import {
  applyDesiredText,
  checkDesiredText,
  type DesiredText,
  declaredIn,
  deletionsOfOthers,
  deletionsOfTakenOver,
  destroyDesiredText,
  forgetTextOwner,
  leftByDestroy,
  planDesiredText,
  planDestroyOfText,
  takenFromText,
} from "../../../library/desired-text";
import { parseOwnPlan, serialisePlan } from "../../../library/plan-file";
import type { Platform } from "../../../library/platform";
import { reportOnce } from "../../../library/report-once";
import type { TextOwner } from "../../../library/text-takeovers";
import type { Diagnostic } from "../../../model/diagnostic";
import type { Outcome } from "../../../model/outcome";
import type { Plan } from "../../../model/plan";
import { type Fault, FaultError, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import { isKnown, unknown } from "../../values/type";
import { keptFaults } from "../carry-out";
import { sharedFault, takenOverResult } from "../claim-faults";
import { outcomeFaults, planFaults } from "../plan-faults";
import type { Attrs, PlannedChange, ResourceType, Result } from "../resource-type";
import { takenByOtherFault } from "../takeover";
import { hasErrors } from "../value-faults";
import {
  deletionFaults,
  documentAttribute,
  documentFault,
  documentWording,
  lostFaults,
  withDocumentFaults,
  withoutConsequences,
  withPosition,
} from "./document-faults";
import { documentIdentity, importDocument } from "./import-document";
import { nothingToDo, shownPlan } from "./shown-plan";

export const desiredState: ResourceType = {
  name: "jp1im_desired_state",
  description:
    "A whole desired state of the command line, with its own managers, for users who move to Terraform step by step. `changes` is the plan of the command line; an apply carries out exactly that plan, or refuses. The resource uses the state, the lock and the policy of the command line. It needs no manager in the provider block.",
  attributes: {
    yaml: {
      type: "string",
      given: "required",
      description:
        "The document, from `file()` or `templatefile()`. Terraform's state stores it, so secrets come only from the sources that it names; the provider refuses a secret in clear text, whatever the document's policy says.",
    },
    base_path: {
      type: "string",
      given: "optional",
      description:
        "Folder that relative paths in the document start from, usually `path.module`. If neither the document nor the provider names a place for the state, it is in `.jp1im` in this folder. Default: the working folder.",
    },
    changes: {
      type: ["map", "string"],
      given: "computed",
      description:
        "What an apply will do, by address, with the reason and the keyed fingerprint of a value; after an apply, what it did. A refresh empties it again, so do not use it in an output.",
    },
    counts: {
      type: ["map", "number"],
      given: "computed",
      description: "How many changes there are of each kind, and how many requests they take.",
    },
  },
  identity: documentIdentity,
  validate,
  // The plan reads the managers.
  read: async (state) => ({ state: { ...state, ...nothingToDo() } }),
  plan,
  apply,
  async planDestroy(state, { claims, documents: { platform } }) {
    const declares = await declaredIn(textOf(state, platform), platform);
    const shared = claims.claimDocument(`destroy of ${state.yaml}`, {
      ...{ isDestroyed: true, deletes: new Set(), declares },
    });
    return shared.length > 0 ? [sharedFault("declares", shared, undefined)] : [];
  },
  destroy,
  import: (path, { documents }) => importDocument(path, documents.platform),
};

async function validate({ yaml, base_path: folder }: Attrs, platform: Platform): Promise<readonly Fault[]> {
  if (typeof yaml !== "string" || !isKnown(folder)) return [];
  const text = textOf({ yaml, base_path: folder ?? null }, platform);
  return (await checkDesiredText(text, platform)).map(documentFault);
}

async function plan(
  { prior, config, next, token }: PlannedChange,
  { documents, unreachable, shownWarnings, claims }: Connection,
): Promise<Result> {
  if (!isKnown(config)) return { state: { ...next, changes: unknown, counts: unknown } };
  const { options, platform } = documents;
  const plan = await withDocumentFaults(async () =>
    planDesiredText(await checkedText(config, platform), options, platform),
  );
  const shown = withoutConsequences({ ...plan, diagnostics: plan.diagnostics.map(withPosition) });
  const text = textOf(config, platform);
  const taken = await deletionsOfTakenOver(plan, text, { ...options, token }, platform);
  const undeclared = await deletionsOfOthers(plan, prior && textOf(prior, platform), platform);
  const others = undeclared.filter((address) => !taken.includes(address));
  const owner = await ownerOf(prior, token, platform);
  const lost = prior ? await takenFromText(text, { ...options, owner }, platform) : [];
  return {
    state: { ...next, ...shownPlan(plan) },
    faults: [
      ...planFaults(shown, { unreachable, shownWarnings }, documentAttribute, documentWording),
      ...deletionFaults(others),
      ...(await sharedFaults(plan, config, { token, taken }, { claims, documents })),
      ...(lost.length > 0 ? [takenByOtherFault(firstOf(lost), ["yaml"])] : []),
    ],
    planned: serialisePlan(plan),
  };
}

async function apply(change: PlannedChange, { documents }: Connection): Promise<Result> {
  const { prior, config, next, planned, token } = change;
  if (planned === undefined) throw new Error("the apply was handed no plan");
  const { options, platform } = documents;
  const saved = parseOwnPlan(planned, "the plan");
  const text = textOf(config, platform);
  const isKept = (outcome: Outcome) => !hasErrors(documentFaults(outcome));
  const run = { ...options, isKept, owner: await ownerOf(prior, token, platform) };
  const applied = await withDocumentFaults(() =>
    reportOnce(platform, (own) => applyDesiredText(saved, text, run, own)),
  );
  const outcome = await withoutNeedlessWarning(applied, () => planDesiredText(text, options, platform));
  const faults = documentFaults(outcome);
  return { state: hasErrors(faults) ? (prior ?? null) : next, faults };
}

async function ownerOf(prior: Attrs | undefined, token: string, platform: Platform): Promise<TextOwner> {
  return { token, had: prior ? await declaredIn(textOf(prior, platform), platform) : () => false };
}

/** Faults for what the document shares with other resources. It must not delete what they declare or took over. */
async function sharedFaults(
  { changes }: Plan,
  config: Attrs,
  { token, taken }: { readonly token: string; readonly taken: readonly string[] },
  { claims, documents: { platform } }: Pick<Connection, "claims" | "documents">,
): Promise<Fault[]> {
  const deletes = new Set(changes.flatMap(({ action, address }) => (action === "delete" ? [address] : [])));
  const declares = await declaredIn(textOf(config, platform), platform);
  const shared = claims.claimDocument(token, { deletes, declares });
  const deleted = [...new Set([...taken, ...shared.filter((address) => deletes.has(address))])];
  const both = shared.filter((address) => !deletes.has(address));
  return [
    ...(deleted.length > 0 ? [sharedFault("deletes", deleted, ["yaml"])] : []),
    ...(both.length > 0 ? [sharedFault("declares", both, ["yaml"])] : []),
  ];
}

async function destroy(state: Attrs, connection: Connection, token: string): Promise<Result> {
  const { documents, prune } = connection;
  if (prune === "none") return { state: null };
  const { options, platform } = documents;
  const result = await destroyDocument(state, connection, token);
  if (result.state === null)
    await withDocumentFaults(() => forgetTextOwner(textOf(state, platform), { ...options, token }, platform));
  return result;
}

async function destroyDocument(state: Attrs, connection: Connection, token: string): Promise<Result> {
  const { documents, claims } = connection;
  const { platform } = documents;
  const options = { ...documents.options, token };
  const text = textOf(state, platform);
  const plan = await withDocumentFaults(() => planDestroyOfText(text, options, platform));
  const foreign = new Set(await deletionsOfTakenOver(plan, text, options, platform));
  const undeclared = await deletionsOfOthers(plan, text, platform);
  const others = undeclared.filter((address) => !foreign.has(address));
  if (others.length > 0) return { state, faults: deletionFaults(others) };
  const left = await withDocumentFaults(() => leftByDestroy(plan, text, options, platform));
  const lost = lostFaults(left, plan.state.location);
  if (hasErrors(lost)) return { state, faults: lost };
  const addresses = plan.changes.map(({ address }) => address);
  return claims.release(addresses, token, async (released) => {
    const isOwn = (address: string) =>
      released.has(address) && !foreign.has(address) && !claims.isOfOtherDocument(address, token);
    const targets = addresses.filter(isOwn);
    const own = new Set(targets);
    const taken = addresses.filter((address) => !own.has(address));
    const kept = taken.length > 0 ? (takenOverResult(...taken).faults ?? []) : [];
    if (taken.length > 0 && targets.length === 0) return { state: null, faults: [...lost, ...kept] };
    let late: readonly string[] = [];
    const approve = async (now: Plan) => {
      late = await deletionsOfTakenOver(now, text, options, platform);
      return late.length === 0;
    };
    const run = { ...options, approve, targets: taken.length > 0 ? targets : undefined };
    const outcome = await withDocumentFaults(() =>
      reportOnce(platform, (own) => destroyDesiredText(text, run, own)),
    );
    if (outcome === undefined) return { state, faults: [lateFault(late)] };
    const faults = documentFaults(outcome);
    if (hasErrors(faults)) return { state, faults };
    // The document never owned the reserved secrets of agents and managers.
    return { state: null, faults: [...faults, ...lost, ...kept, ...keptFaults(outcome, ["protected"])] };
  });
}

/** The fault if another run took something over before the destroy got the state's lock. */
function lateFault(addresses: readonly string[]): Fault {
  const summary = `Another resource took over ${firstOf(addresses)} while the destroy of this document began`;
  return fault(
    undefined,
    summary,
    "Nothing was deleted. Destroy again: the destroy then leaves what was taken over.",
  );
}

/** Removes the warning about agents below new lower managers if a new plan has nothing to do. */
async function withoutNeedlessWarning(outcome: Outcome, planAgain: () => Promise<Plan>): Promise<Outcome> {
  const isAboutUnplanned = ({ code }: Diagnostic) => code === "beyond-plan";
  if (!outcome.diagnostics.some(isAboutUnplanned)) return outcome;
  const left = await planAgain().catch(() => undefined);
  const isLeft =
    left === undefined || [left.changes, left.unknown, left.blocked].some(({ length }) => length > 0);
  return isLeft
    ? outcome
    : { ...outcome, diagnostics: outcome.diagnostics.filter((each) => !isAboutUnplanned(each)) };
}

function documentFaults(outcome: Outcome): Fault[] {
  const diagnostics = outcome.diagnostics.map(withPosition);
  return outcomeFaults({ ...outcome, diagnostics }, documentAttribute, documentWording);
}

function textOf({ yaml, base_path: folder }: Attrs, { cwd }: Pick<Platform, "cwd">): DesiredText {
  return { text: String(yaml), folder: resolve(cwd, typeof folder === "string" ? folder : ".") };
}

/** Rejects with a `FaultError` if the folder does not exist. */
async function checkedText(config: Attrs, platform: Platform): Promise<DesiredText> {
  const text = textOf(config, platform);
  const { type } = await platform.fileSystem.stat(text.folder).catch(() => ({ type: "nothing" }));
  if (type === "folder") return text;
  const summary = `\`base_path\` names ${JSON.stringify(config.base_path)}, which is not a folder`;
  throw new FaultError([fault(["base_path"], summary, "Name the folder of the document: `path.module`.")]);
}
