import { completeCommands, type Given } from "../model/complete-commands";
import type { OutputDocument } from "../report/output-document";

/** Gives the commands in every remedy of a document the files and the state of this run. */
export function completeDocument(document: OutputDocument, given: Given): OutputDocument {
  const complete = <T extends { readonly remedy?: string }>(each: T): T =>
    each.remedy === undefined ? each : { ...each, remedy: completeCommands(each.remedy, given) };
  const { plan, adoption, listing, health, diagnostics } = document;
  return {
    ...document,
    ...(plan && {
      plan: {
        ...plan,
        unknown: plan.unknown.map(complete),
        blocked: plan.blocked.map(complete),
        diagnostics: plan.diagnostics.map(complete),
      },
    }),
    ...(adoption && { adoption: { ...adoption, unknown: adoption.unknown.map(complete) } }),
    ...(listing && { listing: { ...listing, unknown: listing.unknown.map(complete) } }),
    ...(health && { health: { ...health, checks: health.checks.map(complete) } }),
    diagnostics: diagnostics.map(complete),
  };
}
