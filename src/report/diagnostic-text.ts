import type { Diagnostic } from "../model/diagnostic";
import { visible, visibleLines, visibleName } from "../model/visible";
import { type Paint, plain } from "./paint";
import { grouped, moreLikeThese } from "./wording";

/** Blocks of one code that are shown in full: an unreachable fleet is one fault, not ten thousand. */
const SHOWN_PER_CODE = 20;

/** Addresses shown of a fault that many have: what stops one write of a run stops the next ones as well. */
const SHOWN_ADDRESSES = 3;

/** Diagnostics as blocks, each with its position and its remedy. Ends with a line break unless empty. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = plain): string {
  const seen = new Map<string, number>();
  const blocks: string[] = [];
  for (const [diagnostic, addresses] of inGroups(diagnostics)) {
    const kind = kindOf(diagnostic);
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count <= SHOWN_PER_CODE) blocks.push(block(diagnostic, addresses, paint));
  }
  for (const [kind, count] of seen) {
    if (count > SHOWN_PER_CODE) {
      blocks.push(`${paint("quiet", `${kind}: ${moreLikeThese(count - SHOWN_PER_CODE)}`)}\n`);
    }
  }
  return blocks.join("");
}

/** Each diagnostic once, with the addresses that it holds for. */
function inGroups(diagnostics: readonly Diagnostic[]): Iterable<[Diagnostic, Set<string>]> {
  const groups = new Map<string, [Diagnostic, Set<string>]>();
  for (const diagnostic of diagnostics) {
    const { code, severity, summary, remedy, position, excerpt, address } = diagnostic;
    const text = JSON.stringify([code, severity, summary, remedy, position, excerpt]);
    const group = groups.get(text) ?? [diagnostic, new Set()];
    groups.set(text, group);
    if (address !== undefined) group[1].add(address);
  }
  return groups.values();
}

function kindOf({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}

function block(diagnostic: Diagnostic, addresses: ReadonlySet<string>, paint: Paint): string {
  const { severity, summary, code, position, excerpt, remedy } = diagnostic;
  const [head = "", ...rest] = visibleLines(summary);
  const lines = [
    `${paint(severity, `${severity}:`)} ${paint("strong", head)} ${paint("quiet", `[${code}]`)}`,
    ...rest.map((line) => `  ${line}`),
  ];
  if (position !== undefined) {
    lines.push(`  at ${visible(position.file)}:${position.line}:${position.column}`);
  }
  if (excerpt !== undefined) lines.push(...visibleLines(excerpt).map((line) => `    ${line}`.trimEnd()));
  const shown = [...addresses].slice(0, SHOWN_ADDRESSES).map((address) => `  in ${visibleName(address)}`);
  const more = addresses.size - shown.length;
  lines.push(...shown, ...(more > 0 ? [`  and in ${grouped(more)} more (all with --output json)`] : []));
  if (remedy !== undefined) {
    const [first = "", ...others] = visibleLines(remedy);
    lines.push(`  ${paint("remedy", `→ ${first}`)}`, ...others.map((line) => `    ${line}`));
  }
  return `${lines.join("\n")}\n`;
}
