import { ExitCode } from "../../model/exit-code";
import type { Topology } from "../../model/topology";
import { visible } from "../../model/visible";
import type { OutputDocument } from "../output-document";
import { endings } from "../sections";
import { html, type Markup } from "./markup";

/** What a report says about a run besides its document. */
export interface ReportFacts {
  /** Who ran it: `user@host`. */
  readonly by?: string;
  /** Who approved it, as the caller says. */
  readonly approvedBy?: string | undefined;
  /** When the outcome was reported, in UTC; absent if the plan was only created. */
  readonly endedAt?: string | undefined;
  /** Digest of the shown plan, as its file has it. */
  readonly digest?: string;
  /** What is declared, with the changes of the plan. */
  readonly topology?: Topology | undefined;
}

/** The facts that an approval needs: which plan, of what, created when and by whom, and how the run ended. */
export function runFacts(document: OutputDocument, { by, approvedBy, endedAt, digest }: ReportFacts): Markup {
  const { plan, exit_code, command } = document;
  const ending = endings[exit_code] ?? (exit_code === ExitCode.changes ? "changes are present" : "done");
  const facts = [
    ["Command", `jp1im ${command}`.trim()],
    ["Exit code", `${exit_code} (${ending})`],
    ["Plan digest", plan && digest],
    ["Planned at", plan?.created_at],
    ["Ended at", endedAt],
    ["By", by],
    ["Approved by", approvedBy],
    ...(plan?.inputs ?? []).map(
      ({ path, sha256 }) => ["Desired state", `${path} (sha256:${sha256})`] as const,
    ),
    ["State", plan?.state.location],
    ["Version", plan && `jp1im ${plan.jp1im_version}`],
  ] as const;
  return html`<dl class="facts">${facts.flatMap(([label, value]) =>
    value === undefined ? [] : [html`<div><dt>${label}</dt><dd>${visible(value)}</dd></div>`],
  )}</dl>`;
}
