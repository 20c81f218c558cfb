import type { Diagnostic } from "../model/diagnostic";
import { visible, visibleLines, visibleName } from "../model/visible";
import { type Paint, plain } from "./paint";
import { moreLikeThese } from "./wording";

/** Blocks of one code shown in full; a fleet that cannot be reached is one fault, not ten thousand. */
const SHOWN_PER_CODE = 20;

/** Diagnostics as blocks, each with where it stands and what to do. Ends with a line break unless empty. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = plain): string {
  const seen = new Map<string, number>();
  const blocks: string[] = [];
  for (const diagnostic of diagnostics) {
    const kind = kindOf(diagnostic);
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count <= SHOWN_PER_CODE) blocks.push(block(diagnostic, paint));
  }
  for (const [kind, count] of seen) {
    if (count > SHOWN_PER_CODE) {
      blocks.push(`${paint("quiet", `${kind}: ${moreLikeThese(count - SHOWN_PER_CODE)}`)}\n`);
    }
  }
  return blocks.join("");
}

function kindOf({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}

function block(diagnostic: Diagnostic, paint: Paint): string {
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
  if (address !== undefined) lines.push(`  in ${visibleName(address)}`);
  if (remedy !== undefined) {
    const [first = "", ...more] = visibleLines(remedy);
    lines.push(`  ${paint("remedy", `→ ${first}`)}`, ...more.map((line) => `    ${line}`));
  }
  return `${lines.join("\n")}\n`;
}
