import type { ListedItem, ListedKind, Listing } from "../model/listing";
import { visible, visibleName } from "../model/visible";
import { columnWidths, rowText } from "./columns";
import { unplannedLines } from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { grouped } from "./wording";

interface Column {
  readonly title: string;
  readonly text: (item: ListedItem) => string;
  /** Only with `--output wide`. */
  readonly wide?: true;
}

const manager: Column = { title: "MANAGER", text: (item) => visibleName(item.manager) };
const managerHost: Column = { title: "MANAGER HOST", text: (item) => visibleName(item.manager_host ?? "") };
const ownership: Column = { title: "OWNERSHIP", text: ownershipText };
const address: Column = { title: "ADDRESS", text: (item) => visibleName(item.address), wide: true };
const named = (title: string): Column => ({ title, text: (item) => visibleName(item.name) });

const columns: Readonly<Record<ListedKind, readonly Column[]>> = {
  managers: [
    named("MANAGER"),
    { title: "HOST", text: (item) => visibleName(item.host ?? "") },
    { title: "URL", text: (item) => visible(item.url ?? "") },
    { title: "VERSION", text: (item) => visible(item.version ?? "?") },
    { title: "API", text: (item) => visible(item.api_versions?.join(", ") ?? "?"), wide: true },
    ownership,
  ],
  agents: [
    ...[manager, managerHost, named("AGENT")],
    { title: "OS", text: (item) => visible(item.os ?? "") },
    { title: "ADD-ONS", text: (item) => visible(item.addons?.join(", ") ?? ""), wide: true },
    ...[ownership, address],
  ],
  "lower-managers": [manager, named("HOST"), ownership, address],
  clients: [manager, named("CLIENT"), ownership, address],
  secrets: [
    ...[manager, managerHost],
    { title: "AGENT", text: (item) => visibleName(item.host ?? "") },
    ...[named("KEY"), ownership, address],
  ],
};

const WIDEST = 60;

/** A table of what exists, with the total, line by line, because it may be long. */
export function* listingText(
  { kind, items }: Listing,
  form: "text" | "wide",
  paint: Paint = plain,
): Generator<string> {
  const shown = columns[kind].filter(({ wide }) => !wide || form === "wide");
  const rows = items.map((item) => shown.map(({ text }) => text(item)));
  const titles = shown.map(({ title }) => title);
  const widths = columnWidths([titles, ...rows], WIDEST);
  if (items.length > 0) yield `${paint("strong", rowText(titles, widths))}\n`;
  for (const row of rows) yield `${rowText(row, widths)}\n`;
  yield `${paint("strong", countsText(kind, items))}\n`;
}

/** Only the addresses, one per line, in the form for `--target`. */
export function* listedNames({ items }: Listing): Generator<string> {
  // Not `visibleName`: a blank at an edge is harmless, and its escape would be another address.
  for (const item of items) yield `${visible(item.address)}\n`;
}

/** What a list lacks, for its readers. */
export function partialText({ kind, unknown }: Listing, paint: Paint = plain): string {
  if (unknown.length === 0) return "";
  const title = `The list of ${wordsOf(kind)} is PARTIAL. Could not be read:`;
  return `${[title, ...unplannedLines(unknown, paint)].join("\n")}\n`;
}

function ownershipText({ declared, owned }: ListedItem): string {
  if (declared) return owned ? "declared, owned" : "declared";
  return owned ? "owned" : "neither";
}

function countsText(kind: ListedKind, items: readonly ListedItem[]): string {
  const count = (is: (item: ListedItem) => boolean) => grouped(items.filter(is).length);
  const what = items.length === 1 ? wordsOf(kind).slice(0, -1) : wordsOf(kind);
  const parts = [
    `${count(({ declared }) => declared)} declared`,
    `${count(({ owned }) => owned)} owned`,
    `${count(({ declared, owned }) => !declared && !owned)} neither`,
  ];
  return `${grouped(items.length)} ${what}${items.length === 0 ? "" : `: ${parts.join(", ")}`}.`;
}

function wordsOf(kind: ListedKind): string {
  return kind.replace("-", " ");
}
