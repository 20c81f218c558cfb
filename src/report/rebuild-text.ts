import { parseAddress } from "../model/address";
import type { ExpectedDuration, ManualItem, ManualTask, Rebuild, Rehearsal } from "../model/rebuild";
import { shellCommand } from "../model/shell-command";
import { visible, visibleName } from "../model/visible";
import { type Paint, plain } from "./paint";
import { countOf, durationText, grouped, moreLikeThese } from "./wording";

/** Items shown of one list. */
const SHOWN = 20;

/** The result of a rebuild: whether it is finished, what waits for a later run, and what only a person can do. */
export function rebuildText(rebuild: Rebuild, paint: Paint = plain): string {
  const { manager, host, replaces, begun_at, finished, queued } = rebuild;
  const [name, now, was] = [manager, host, replaces].map(visible);
  const verdict = finished
    ? paint("good", `Rebuilt: ${name} on ${now}, in the place of ${was}.`)
    : paint("warning", `Not finished: the rebuild of ${name} on ${now}, begun ${visible(begun_at)}.`);
  const lines = [
    verdict,
    ...section("Queued for a later run:", queued.map(queuedLine), paint),
    ...(finished ? [] : ["", ...waysOn(rebuild)]),
    ...manualLines(rebuild.by_hand, "Left to do by hand:", paint),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * The next steps: a later run continues with everything except unowned resources on the new manager, which need a
 * decision first.
 */
function waysOn({ manager, replaces, queued }: Rebuild): string[] {
  const foreign = queued.filter(({ code }) => code === "not-ours").map(({ address }) => address);
  const rebuild = visible(shellCommand("jp1im", "rebuild", "--manager", manager, "--replaces", replaces));
  const named = foreign.slice(0, SHOWN);
  const others = foreign.length > SHOWN ? `, and ${foreign.length - SHOWN} more alike` : "";
  return [
    ...(foreign.length === 0
      ? []
      : [
          `→ ${visible(shellCommand("jp1im", "import", ...named))}   takes over what is there already${others}; or declare another ID`,
        ]),
    `→ ${rebuild}   ${foreign.length === 0 ? "resumes with what is left" : "finishes it after that"}`,
  ];
}

/** The result of a rehearsal. Faults are reported separately, as diagnostics. */
export function rehearsalText(rehearsal: Rehearsal, isPlanned: boolean, paint: Paint = plain): string {
  const { manager, host, replaces, rehearsed, sinks, expected } = rehearsal;
  const [name, now, was] = [manager, host, replaces].map(visible);
  const how =
    rehearsed === "before-the-loss"
      ? `Rehearsed before the loss: ${name} on ${now} was asked as if it were new, with nothing issued or added.`
      : `Rehearsed after the loss: ${name} on ${now}, in the place of ${was}.`;
  const lines = [
    paint("strong", how),
    `${countOf(sinks, "sink")} proven writable. Nothing was written to a manager or the state.`,
    isPlanned ? durationLine(expected) : "It could not be planned: the diagnostics say why.",
    ...manualLines(rehearsal.by_hand, "A person has to do, or to have done by then:", paint),
  ];
  return `${lines.join("\n")}\n`;
}

function durationLine({ seconds, reads, writes, parallelism, median_read_ms }: ExpectedDuration): string {
  const requests = `${countOf(reads, "request")} to read and ${grouped(writes)} to write`;
  return `Expected duration: about ${durationText(seconds)}, for ${requests}, ${grouped(parallelism)} at once, at ${grouped(median_read_ms)} ms each, the median of this rehearsal's reads. Writes may take longer.`;
}

/** A code gives the reason; without one, the diagnostic of the request does. */
function queuedLine({ address, code }: Rebuild["queued"][number]): string {
  return code === undefined ? visibleName(address) : `${visibleName(address)}  (${code})`;
}

function manualLines(steps: Rebuild["by_hand"], title: string, paint: Paint): string[] {
  if (steps.length === 0) return [];
  const lines = steps.flatMap(({ task, items }) => [
    `  ${tasks[task]}`,
    ...shorten(items.map(itemLine), paint).map((line) => `    ${line}`),
  ]);
  return ["", paint("strong", title), ...lines];
}

const tasks: Readonly<Record<ManualTask, string>> = {
  "register-hosts":
    "register these hosts in IM Configuration Management of the new manager; others are refused",
  "set-up-agents": "run the set-up of these agents for the new manager, which does not list them",
  "remove-predecessor":
    "remove MANAGER_INTEGRATED_<lost host> on these lower managers, which are not declared as managers",
  "hand-out-secrets": "update every program that reads these with the new secret",
};

function itemLine({ address, place }: ManualItem): string {
  const addressed = parseAddress(address);
  const name =
    addressed?.kind === "lower-manager"
      ? addressed.host
      : addressed?.kind === "agent"
        ? `${addressed.agent.host}  (under ${addressed.agent.managerHost})`
        : address;
  return place === undefined ? visible(name) : `${visible(name)}  → ${visible(place)}`;
}

function section(title: string, items: readonly string[], paint: Paint): string[] {
  if (items.length === 0) return [];
  return ["", paint("strong", title), ...shorten(items, paint).map((line) => `  ${line}`)];
}

function shorten(lines: readonly string[], paint: Paint): readonly string[] {
  if (lines.length <= SHOWN) return lines;
  return [...lines.slice(0, SHOWN), paint("quiet", moreLikeThese(lines.length - SHOWN))];
}
