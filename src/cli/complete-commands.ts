import { shellCommand } from "../model/shell-command";
import type { OutputDocument } from "../report/output-document";

/** What a run was given; the flags of commands that take neither have neither. */
export interface Given {
  readonly file?: readonly string[];
  readonly state?: string;
}

/** Commands that take `-f` and `--state`, as messages name them: behind a backtick, or an arrow. Bundles are in ASCII. */
const SUGGESTED =
  /(`|\u2192 )jp1im ((?:state )?(?:get \S+|import|apply|destroy|plan|drift|export|probe|rebuild|list|show|mv|rm|unlock|rekey|push|migrate))(?=[ `])/g;

/** Gives the commands that a text suggests the `-f` and `--state` of this run, so that they find the same files. */
export function completeCommands(text: string, { file = [], state }: Given): string {
  const own = [...file.flatMap((each) => ["-f", each]), ...(state === undefined ? [] : ["--state", state])];
  if (own.length === 0) return text;
  return text.replace(
    SUGGESTED,
    (_, mark: string, command: string) => `${mark}jp1im ${command} ${shellCommand(...own)}`,
  );
}

/** The same for every remedy in a document. */
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
