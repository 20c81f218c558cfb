import type { AgentRef } from "../model/address";
import type { ProbeReport, ProbeResult, ProbeStatus } from "../model/probe";
import { visible, visibleName } from "../model/visible";
import { type Paint, plain, type Tone } from "./paint";
import { countOf } from "./wording";

/** What a probe is about to make. */
export interface ProbeObjects {
  readonly manager: string;
  readonly url: string;
  readonly agent: AgentRef;
  readonly keys: readonly string[];
  readonly fillers?: readonly [string, string];
  readonly clients: readonly string[];
  readonly absent: readonly string[];
}

/** Every scratch object by its name, before anybody agrees to it. */
export function probeIntentText({
  manager,
  url,
  agent,
  keys,
  fillers,
  clients,
  absent,
}: ProbeObjects): string {
  const host = visibleName(`${agent.managerHost}/${agent.host}`);
  const parts = [
    `\nA probe of ${visibleName(manager)} (${visible(url)}) makes these scratch objects, and removes them at its end:`,
    `  keys on the agent ${host}:`,
    ...keys.map((key) => `    ${key}`),
    ...(fillers === undefined
      ? []
      : [`    ${fillers[0]} to ${fillers[1]}, which fill the agent up to 1,000 keys for a moment`]),
    ...(clients.length === 0 ? [] : ["  clients:", ...clients.map((id) => `    ${id}`)]),
    "It tries to delete these names, which nothing has:",
    ...absent.map((name) => `    ${name}`),
    "It touches nothing else, no other agent. It sends about 150 requests, 500 at most.",
  ];
  return `${parts.join("\n")}\n`;
}

export const PROBE_QUESTION = "Probe it? Only 'yes' is accepted: ";

const words: Readonly<Record<ProbeStatus, { readonly text: string; readonly tone: Tone }>> = {
  different: { text: "different", tone: "warning" },
  "as-assumed": { text: "as assumed", tone: "good" },
  "not-tried": { text: "not tried", tone: "quiet" },
};

/** A table of the gaps, the differences first, each with what it means. It holds no name. */
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

export function cleanedUpText(cleanedUp: boolean): string {
  return cleanedUp
    ? "Removed the scratch objects of an earlier probe.\n"
    : "No probe has left anything that is known here.\n";
}
