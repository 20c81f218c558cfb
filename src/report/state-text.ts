import { shellCommand } from "../model/shell-command";
import type {
  Compacted,
  HeldLockEntry,
  KeptEntry,
  LockHolder,
  NewKeyPlace,
  OwnedKey,
  Rekeyed,
  StateDetail,
  StateEntry,
  StateListing,
  StatePut,
} from "../model/state-listing";
import { visible, visibleName } from "../model/visible";
import { columnsOf, inColumns, padded } from "./columns";
import { type Paint, plain } from "./paint";
import { countOf, grouped } from "./wording";

/** One line per record, then the state's place and the holders of its locks. */
export function stateListText(report: StateListing, paint: Paint = plain): string {
  const { records } = report;
  let width = 0;
  for (const { address } of records) width = Math.max(width, Math.min(60, columnsOf(visibleName(address))));
  const lines = records.map((record) =>
    `${padded(visibleName(record.address), width)}  ${paint("quiet", recordDetail(record))}`.trimEnd(),
  );
  const isNew = report.lineage === "";
  lines.push(
    paint(
      "strong",
      isNew
        ? `There is no state in ${visible(report.location)} yet.`
        : `${countOf(records.length, "record")} in ${visible(report.location)}, ${serialsText(report.serials)}.`,
    ),
  );
  lines.push(...(report.kept ?? []).map((kept) => paint("warning", keptText(kept))));
  lines.push(...(report.locks ?? []).map((lock) => lockText(lock, paint)));
  return `${lines.join("\n")}\n`;
}

/** One record in full; the state has no secret values. */
export function stateShowText(record: StateDetail, paint: Paint = plain): string {
  const { keys } = record;
  const lines = [
    paint("strong", visibleName(record.address)),
    `  kind        ${record.kind}`,
    ...(record.detail.generation === undefined ? [] : [`  generation  ${record.detail.generation}`]),
    ...(record.detail.status === undefined ? [] : [`  status      ${visible(record.detail.status)}`]),
    ...(record.detail.issuedAt === undefined ? [] : [`  issued at   ${visible(record.detail.issuedAt)}`]),
  ];
  const { deliveredTo, replaces, since, finished, url, host } = record.detail;
  if (url !== undefined) lines.push(`  url         ${visible(url)}`);
  if (host !== undefined) lines.push(`  host        ${visible(host)}`);
  if (deliveredTo !== undefined) lines.push(`  is in       ${visible(deliveredTo.join(" and "))}`);
  if (replaces !== undefined) lines.push(`  replaces    ${visible(replaces)}`);
  if (since !== undefined) lines.push(`  since       ${visible(since)}`);
  if (since !== undefined) lines.push(`  finished    ${finished === undefined ? "no" : visible(finished)}`);
  if (keys !== undefined) {
    lines.push(`  keys        ${grouped(keys.length)}`);
    lines.push(...keys.map((key) => `    ${visibleName(key.key)}${keyNote(key)}`));
  }
  return `${lines.join("\n")}\n`;
}

/** The serials; left out for many managers, where they would not help. */
function serialsText(serials: StateListing["serials"]): string {
  const entries = Object.entries(serials);
  const [first] = entries;
  if (first !== undefined && entries.length === 1) return `serial ${grouped(first[1])}`;
  if (entries.length > MANAGERS_NAMED) return countOf(entries.length, "manager");
  return `serials ${entries.map(([manager, serial]) => `${visible(manager)} ${grouped(serial)}`).join(", ")}`;
}

const MANAGERS_NAMED = 4;

function keyNote({ known, imported }: OwnedKey): string {
  if (imported) return "  (imported, and never written by us)";
  return known ? "" : "  (last written value not known)";
}

/** Who holds the lock, since when, and how to break it. */
function lockText(lock: HeldLockEntry, paint: Paint = plain): string {
  const { manager, id, since, heartbeat } = lock;
  const life = isKnown(heartbeat) ? `, last sign of life ${visible(heartbeat)}` : "";
  const holder = `${visible(manager)} is locked by ${runText(lock)} since ${visible(since)}${life}`;
  return `${paint("warning", holder)}\n  ${paint("remedy", `→ ${visible(shellCommand("jp1im", "state", "unlock", id))}   only when that run is gone`)}`;
}

/** The run in words: some servers know only who started it. */
function runText({ who, pid, command }: LockHolder): string {
  return isKnown(command) ? `${visible(who)} (pid ${pid}, ${visible(command)})` : visible(who);
}

function isKnown(text: string): boolean {
  return text !== "unknown";
}

function keptText({ address, issuedAt, path }: KeptEntry): string {
  const whose = address === undefined ? "A damaged file" : `A secret of ${visibleName(address)}`;
  const since = issuedAt === undefined ? "" : `, issued at ${visible(issuedAt)},`;
  return `${whose}${since} is kept in ${visible(path)}.`;
}

/** What `state rm --kept` did. */
export function removedKeptText(removed: readonly string[]): string {
  const lines = removed.map((address) => `  ${visibleName(address)}`);
  lines.push(`The kept secrets of ${countOf(removed.length, "address", "addresses")} are removed.`);
  return `${lines.join("\n")}\n`;
}

/** What `state rm` did, and what it did not. */
export function removedText(removed: readonly string[]): string {
  const lines = removed.map((address) => `  ${visibleName(address)}`);
  lines.push(`${countOf(removed.length, "address", "addresses")} forgotten; the managers were not touched.`);
  return `${lines.join("\n")}\n`;
}

/** What `state mv` did. */
export function movedText(moved: readonly { readonly from: string; readonly to: string }[]): string {
  const lines = moved.map(({ from, to }) => `  ${visible(from)} → ${visible(to)}`);
  lines.push(`${countOf(moved.length, "address", "addresses")} moved; the managers were not touched.`);
  return `${lines.join("\n")}\n`;
}

/** Which lock was broken, or which copy was given up. */
export function unlockedText(lock: HeldLockEntry): string {
  const { manager, id, since, keptAsIs } = lock;
  if (keptAsIs) {
    const begun = isKnown(since) ? `, begun by ${runText(lock)} at ${visible(since)},` : "";
    return `Kept as it is: the state of ${visible(manager)}. The copy${begun} is not put any further, and its ID ${visible(id)} stops no run any more.\n`;
  }
  return `Unlocked: ${visible(manager)} was locked by ${runText(lock)} since ${visible(since)}, with the ID ${visible(id)}.\n`;
}

/** The result for the fingerprints, and how to provide the new key from now on. */
export function rekeyedText({ location, already, key, kept, unverified }: Rekeyed): string {
  const lines = already
    ? [`The state in ${visible(location)} is under the new key already; nothing was done.`]
    : [
        `The state in ${visible(location)} is under a new key: ${countOf(kept, "fingerprint")} taken over, ${countOf(unverified, "value")} unverified.`,
        ...(unverified === 0
          ? []
          : ["  The next apply writes the unverified ones again, unless policy.unverified is keep."]),
      ];
  return `${[...lines, ...handIn(key)].join("\n")}\n`;
}

/** What `state push` or `state migrate` put into a place. */
export function putText({ location, from, managers }: StatePut): string {
  const rows = managers.map(({ manager, serial, written }) => [
    ...[visible(manager), `serial ${grouped(serial)}`],
    ...(written ? [] : ["(was there already)"]),
  ]);
  const lines = inColumns(rows).map((row) => `  ${row}`);
  const written = managers.filter((each) => each.written).length;
  lines.push(
    `${countOf(written, "manager")} written to ${visible(location)}, ${grouped(managers.length - written)} unchanged.`,
  );
  if (from !== undefined)
    lines.push(
      `${visible(from)} still holds the state as well. Once the first plan from the new place is as expected, remove it there, but`,
      "not its key: that did not move, wherever it is kept, and is still needed.",
    );
  return `${lines.join("\n")}\n`;
}

/** How much smaller `state compact` made the state. */
export function compactedText({ location, managers }: Compacted): string {
  const sizes = managers.map(({ before }) => grouped(before));
  const width = Math.max(0, ...sizes.map(({ length }) => length));
  const rows = managers.map(({ manager, after }, index) => [
    ...[visible(manager), `${sizes[index]?.padStart(width)} → ${grouped(after)} bytes`],
  ]);
  const lines = inColumns(rows).map((row) => `  ${row}`);
  lines.push(`The state in ${visible(location)} is compacted.`);
  return `${lines.join("\n")}\n`;
}

function handIn(key: NewKeyPlace): string[] {
  if (key.in === "key-file") return [];
  const how =
    key.in === "environment"
      ? "as JP1IM_STATE_KEY what was JP1IM_NEW_STATE_KEY"
      : `JP1IM_STATE_KEY_FILE=${visible(key.path)}, and no JP1IM_STATE_KEY`;
  return [`From now on hand in ${how}.`];
}

function recordDetail({ detail }: StateEntry): string {
  return [
    ...(detail.url === undefined ? [] : [`manager at ${visible(detail.url)}`]),
    ...(detail.host === undefined ? [] : [`host ${visible(detail.host)}`]),
    ...(detail.keys === undefined ? [] : [countOf(detail.keys, "key")]),
    ...(detail.generation === undefined ? [] : [`generation ${detail.generation}`]),
    ...(detail.status === undefined ? [] : [visible(detail.status)]),
    ...(detail.issuedAt === undefined ? [] : [`issued ${visible(detail.issuedAt)}`]),
    ...(detail.replaces === undefined ? [] : [`replaces ${visible(detail.replaces)}`]),
    ...(detail.since === undefined ? [] : [`begun ${visible(detail.since)}`]),
    ...(detail.since === undefined
      ? []
      : [detail.finished === undefined ? "unfinished" : `finished ${visible(detail.finished)}`]),
  ].join(", ");
}
