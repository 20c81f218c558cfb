import type { AgentRef } from "../model/address";
import type { ProbeReport, ProbeResult, ProbeStatus } from "../model/probe";
import type { Leftovers, ProbeIntent, ScratchIntent } from "../model/probe-intent";
import { visible, visibleName } from "../model/visible";
import { type Paint, plain, type Tone } from "./paint";
import { countOf, grouped } from "./wording";

/** The intended actions, with the name of every object, before the user agrees. */
export function probeIntentText({ manager, url, leftovers, scratch }: ProbeIntent): string {
  const name = `${visibleName(manager)} (${visible(url)})`;
  const parts = [
    ...(leftovers === undefined ? [] : leftoverLines(name, leftovers)),
    ...(scratch === undefined ? [] : scratchLines(name, scratch)),
  ];
  return `${parts.join("\n")}\n`;
}

/** Limit for the names of leftovers of an earlier probe, which may be a thousand keys. */
const SHOWN = 10;

function leftoverLines(name: string, { agent, prefix, keys, clients }: Leftovers): readonly string[] {
  const isNothing = keys.length === 0 && clients.length === 0;
  return [
    isNothing
      ? `\nAn earlier probe of ${name} did not end. Nothing of it is found now:`
      : `\nAn earlier probe of ${name} did not end. These scratch objects of it are removed:`,
    ...(keys.length === 0 ? [] : [`  keys on the agent ${pathOf(agent)}:`, ...shownNames(keys)]),
    ...(clients.length === 0 ? [] : ["  clients:", ...shownNames(clients)]),
    `  whatever else begins with ${prefix} is removed as well, if it appears meanwhile`,
  ];
}

function shownNames(names: readonly string[]): readonly string[] {
  const shown = names.slice(0, SHOWN).map((each) => `    ${visible(each)}`);
  return names.length <= SHOWN ? shown : [...shown, `    and ${grouped(names.length - SHOWN)} more`];
}

function scratchLines(
  name: string,
  { agent, keys, fillers, clients, absent }: ScratchIntent,
): readonly string[] {
  return [
    `\nA probe of ${name} makes these scratch objects, and removes them at its end:`,
    `  keys on the agent ${pathOf(agent)}:`,
    ...keys.map((key) => `    ${key}`),
    ...(fillers === undefined
      ? []
      : [`    ${fillers[0]} to ${fillers[1]}, which fill the agent up to 1,000 keys for a moment`]),
    ...(clients.length === 0 ? [] : ["  clients:", ...clients.map((id) => `    ${id}`)]),
    "It tries to delete these names, which nothing has:",
    ...absent.map((each) => `    ${each}`),
    "It touches nothing else, no other agent. It sends about 150 requests, 500 at most.",
  ];
}

function pathOf({ managerHost, host }: AgentRef): string {
  return visibleName(`${managerHost}/${host}`);
}

export function probeQuestion({ scratch }: ProbeIntent): string {
  return `${scratch === undefined ? "Remove what was left?" : "Probe it?"} Only 'yes' is accepted: `;
}

const words: Readonly<Record<ProbeStatus, { readonly text: string; readonly tone: Tone }>> = {
  different: { text: "different", tone: "warning" },
  "as-assumed": { text: "as assumed", tone: "good" },
  "not-tried": { text: "not tried", tone: "quiet" },
};

/** A table of the gaps, differences first, each with its meaning. It contains no names. */
export function probeText({ probes, manager }: ProbeReport, paint: Paint = plain): string {
  const width = Math.max(...probes.map(({ id }) => id.length));
  const groups = Object.keys(words).map((status) => probes.filter(({ result }) => result === status));
  const tables = groups
    .filter((group) => group.length > 0)
    .map((group) => group.flatMap((each) => linesOf(each, width, paint)).join("\n"));
  const counts = groups.map((group, index) => `${group.length} ${Object.values(words)[index]?.text}`);
  const of = manager === undefined ? "" : ` of a manager ${manager}`;
  return `${[...tables, paint("strong", `${countOf(probes.length, "gap")}${of}: ${counts.join(", ")}.`)].join("\n\n")}\n`;
}

const STATUS_WIDTH = Math.max(...Object.values(words).map(({ text }) => text.length));

function linesOf(probe: ProbeResult, width: number, paint: Paint): readonly string[] {
  const { id, result, seen, reason = "", question, assumption, meaning, evidence = [] } = probe;
  const { text, tone } = words[result];
  const line = `${paint(tone, text.padEnd(STATUS_WIDTH))}  ${id.padEnd(width)}  ${seen ?? reason}`;
  if (meaning === undefined) return [line];
  const indent = " ".repeat(STATUS_WIDTH + 2 + width + 2);
  const answers = evidence.map(({ status, message_id: code }) => [status, code].filter(Boolean).join(" "));
  return [
    line,
    `${indent}${question}?`,
    `${indent}assumed: ${assumption}`,
    ...(answers.length === 0 ? [] : [`${indent}answered: ${answers.join(", ")}`]),
    `${indent}${paint("remedy", `→ ${meaning}`)}`,
  ];
}

export function savedText(file: string): string {
  return `Saved to ${file}, which holds no name, host or secret: please send it to the project's issues.\n`;
}

/** `removed` is absent if no probe has left a journal. `isOpen`: something may still be left. */
export function cleanedUpText(removed: number | undefined, isOpen: boolean): string {
  if (removed === undefined) return "No probe has left anything that is known here.\n";
  if (removed > 0) return "Removed the scratch objects of an earlier probe.\n";
  return isOpen ? "Removed nothing of an earlier probe.\n" : "Nothing was left of an earlier probe.\n";
}
