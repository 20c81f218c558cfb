import { type Check, type CheckStatus, checkNames, type Health } from "../model/health";
import { visible, visibleName } from "../model/visible";
import { type Paint, plain, type Tone } from "./paint";
import { countOf } from "./wording";

const tones: Readonly<Record<CheckStatus, Tone>> = {
  ok: "good",
  warning: "warning",
  failed: "error",
  skipped: "quiet",
};

/**
 * A table for each manager and one for this machine, with the remedy below each failure, and the number of checks by
 * status.
 */
export function healthText({ checks }: Health, paint: Paint = plain): string {
  const subjects = new Map<string | undefined, Check[]>();
  for (const check of checks) {
    const own = subjects.get(check.manager) ?? [];
    subjects.set(check.manager, own);
    own.push(check);
  }
  const tables = [...subjects].map(([manager, own]) => {
    const title = manager === undefined ? "this side" : visibleName(manager);
    return [paint("strong", title), ...own.flatMap((check) => linesOf(check, paint))].join("\n");
  });
  return `${[...tables, paint("strong", countsText(checks))].join("\n\n")}\n`;
}

const STATUS_WIDTH = Math.max(...Object.keys(tones).map((status) => status.length));
const NAME_WIDTH = Math.max(...Object.values(checkNames).map((name) => name.length));

function linesOf({ check, status, detail, remedy, address, position }: Check, paint: Paint): string[] {
  const indent = " ".repeat(2 + STATUS_WIDTH + 2 + NAME_WIDTH + 2);
  const name = checkNames[check].padEnd(NAME_WIDTH);
  const place = [
    ...(position === undefined ? [] : [`at ${visible(position.file)}:${position.line}:${position.column}`]),
    ...(address === undefined || status === "ok" ? [] : [`in ${visibleName(address)}`]),
  ];
  return [
    `  ${paint(tones[status], status.padEnd(STATUS_WIDTH))}  ${name}  ${visible(detail)}`,
    ...(place.length === 0 ? [] : [`${indent}${paint("quiet", place.join(", "))}`]),
    ...(remedy === undefined ? [] : [`${indent}${paint("remedy", `→ ${visible(remedy)}`)}`]),
  ];
}

function countsText(checks: readonly Check[]): string {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  const parts = [`${count("ok")} ok`, countOf(count("warning"), "warning"), `${count("failed")} failed`];
  return `${countOf(checks.length, "check")}: ${parts.join(", ")}, ${count("skipped")} skipped. Nothing was written.`;
}
