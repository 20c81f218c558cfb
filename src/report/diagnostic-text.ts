import type { Diagnostic } from "../model/diagnostic";
import { visible, visibleLines, visibleName } from "../model/visible";
import { type Paint, plain } from "./paint";
import { grouped, moreLikeThese } from "./wording";

/** Blocks of one code that are shown in full: an unreachable fleet is one fault, not ten thousand. */
const SHOWN_PER_CODE = 20;

/** Faults of the state, which affect every change of a run. */
const OF_THE_STATE: readonly string[] = ["lock-lost", "state-unwritable"];

/** Diagnostics as blocks, each with its position and its remedy. Ends with a line break unless empty. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = plain): string {
  const seen = new Map<string, number>();
  const blocks: string[] = [];
  for (const { diagnostic, alike } of inGroups(diagnostics)) {
    const kind = kindOf(diagnostic);
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count <= SHOWN_PER_CODE) blocks.push(block(diagnostic, paint, alike));
  }
  for (const [kind, count] of seen) {
    if (count > SHOWN_PER_CODE) {
      blocks.push(`${paint("quiet", `${kind}: ${moreLikeThese(count - SHOWN_PER_CODE)}`)}\n`);
    }
  }
  return blocks.join("");
}

interface Group {
  readonly diagnostic: Diagnostic;
  /** Number of equal diagnostics for other addresses. */
  alike: number;
}

function inGroups(diagnostics: readonly Diagnostic[]): Group[] {
  const groups: Group[] = [];
  const byText = new Map<string, Group>();
  for (const diagnostic of diagnostics) {
    const { code, severity, summary, remedy } = diagnostic;
    const text = JSON.stringify([code, severity, summary, remedy]);
    const known = OF_THE_STATE.includes(code) ? byText.get(text) : undefined;
    if (known !== undefined) {
      known.alike += 1;
      continue;
    }
    const group = { diagnostic, alike: 0 };
    groups.push(group);
    byText.set(text, group);
  }
  return groups;
}

function kindOf({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}

function block(diagnostic: Diagnostic, paint: Paint, alike: number): string {
  const { severity, summary, code, position, excerpt, address, remedy } = diagnostic;
  const [head = "", ...rest] = visibleLines(summary);
  const lines = [
    `${paint(severity, `${severity}:`)} ${paint("strong", head)} ${paint("quiet", `[${code}]`)}`,
    ...rest.map((line) => `  ${line}`),
  ];
  if (position !== undefined) {
    lines.push(`  at ${visible(position.file)}:${position.line}:${position.column}`);
  }
  if (excerpt !== undefined) lines.push(...visibleLines(excerpt).map((line) => `    ${line}`.trimEnd()));
  const more = alike === 0 ? "" : ` and ${grouped(alike)} more`;
  if (address !== undefined) lines.push(`  in ${visibleName(address)}${more}`);
  if (remedy !== undefined) {
    const [first = "", ...others] = visibleLines(remedy);
    lines.push(`  ${paint("remedy", `→ ${first}`)}`, ...others.map((line) => `    ${line}`));
  }
  return `${lines.join("\n")}\n`;
}
