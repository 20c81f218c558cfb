import { hash } from "node:crypto";
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
  const { shown, counts } = inGroups(diagnostics);
  const blocks = shown.map(({ diagnostic, addresses }) => block(diagnostic, addresses, paint));
  for (const [kind, count] of counts) {
    if (count > SHOWN_PER_CODE) {
      blocks.push(`${paint("quiet", `${kind}: ${moreLikeThese(count - SHOWN_PER_CODE)}`)}\n`);
    }
  }
  return blocks.join("");
}

/** A diagnostic with the addresses that it holds for. */
interface Group {
  readonly diagnostic: Diagnostic;
  readonly addresses: Set<string>;
}

/** Each diagnostic once: the first ones of each kind, and how many there are. There may be hundreds of thousands. */
function inGroups(diagnostics: readonly Diagnostic[]) {
  const shown: Group[] = [];
  const counts = new Map<string, number>();
  /** By a digest of all but the address; without a group where that is not shown. */
  const groups = new Map<string, Group | undefined>();
  for (const diagnostic of diagnostics) {
    const { summary, remedy, position, excerpt, address } = diagnostic;
    const kind = kindOf(diagnostic);
    const { file, line, column } = position ?? {};
    const text = [kind, summary, remedy, file, line, column, excerpt].join("\0");
    const fault = hash("sha256", text, "binary");
    if (!groups.has(fault)) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const group = count <= SHOWN_PER_CODE ? { diagnostic, addresses: new Set<string>() } : undefined;
      if (group) shown.push(group);
      groups.set(fault, group);
    }
    if (address !== undefined) groups.get(fault)?.addresses.add(address);
  }
  return { shown, counts };
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
