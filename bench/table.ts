import { median } from "./measure";

export type Print = (line: string) => void;

/** What a line of a table is made of: the runs of one contender. */
export interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB?: number;
  readonly requests?: number;
}

export interface Line {
  readonly what: string;
  readonly runs: readonly Timed[];
  /** The runs of the same rounds that these are compared with. */
  readonly floor?: readonly Timed[];
  readonly goal?: string;
}

/** A column for each line: medians with the least and the most of the rounds; ratios are medians of the rounds' ratios. */
export function timeTable(print: Print, title: string, lines: readonly Line[], floor = "floor"): void {
  const figures = ["wall", `× ${floor}`, "processor time", `× ${floor}`, "peak memory", "requests", "goal"];
  const columns = lines.map(cells);
  const rows = figures.map((figure, row) => [figure, ...columns.map((column) => column[row] ?? "")]);
  const used = rows.filter(([, ...texts]) => texts.some(Boolean));
  table(print, [title, ...lines.map(({ what }) => what)], used);
}

function cells({ runs, floor, goal = "" }: Line): string[] {
  const times = (["seconds", "cpuSeconds"] as const).flatMap((kind) => {
    const values = runs.map((run) => run[kind]);
    const ratios = values
      .map((value, round) => value / (floor?.[round]?.[kind] ?? Number.NaN))
      .filter((ratio) => !Number.isNaN(ratio));
    return [spreadOfSeconds(values), spread(ratios, RATIO)];
  });
  const peaks = runs.flatMap(({ peakMiB }) => peakMiB ?? []);
  return [...times, spread(peaks, MIB), count(runs.at(-1)?.requests), goal];
}

export function table(print: Print, heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heads.map((_, column) =>
    Math.max(3, ...[heads, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (texts: readonly string[]) =>
    print(`| ${widths.map((width, column) => (texts[column] ?? "").padEnd(width)).join(" | ")} |`);
  line(heads);
  line(widths.map((width) => "-".repeat(width)));
  for (const row of rows) line(row);
  print("");
}

export interface Unit {
  readonly name: string;
  readonly digits: number;
  /** How many of it are one of the values' unit. */
  readonly scale?: number;
}

const SECONDS: Unit = { name: " s", digits: 2 };
const MILLISECONDS: Unit = { name: " ms", digits: 0, scale: 1000 };
export const KILOBYTES: Unit = { name: " kB", digits: 1, scale: 1 / 1000 };
const MIB: Unit = { name: " MiB", digits: 0 };
const RATIO: Unit = { name: "", digits: 2 };

/** `1.52 s (1.50–1.60)`: the median, the least and the most. */
export function spread(values: readonly number[], unit: Unit): string {
  if (values.length === 0) return "";
  const middle = median(values);
  const text = (value: number) => (value * (unit.scale ?? 1)).toFixed(unit.digits);
  const [least, most] = [Math.min(...values), Math.max(...values)].map(text);
  return `${text(middle)}${unit.name}${least === most ? "" : ` (${least}–${most})`}`;
}

/** The same of seconds, in milliseconds where they are few. */
export function spreadOfSeconds(values: readonly number[]): string {
  return spread(values, values.length > 0 && median(values) < 0.995 ? MILLISECONDS : SECONDS);
}

export function count(value: number | undefined): string {
  return value === undefined ? "" : value.toLocaleString("en");
}
