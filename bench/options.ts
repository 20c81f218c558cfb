import { parseArgs } from "node:util";
import { nearestTo } from "../src/engine/nearest";
import type { Row } from "./row";

export interface Options {
  readonly help: boolean;
  readonly agents: number;
  readonly keys: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
}

/** Throws an error with a sentence for people. */
export function parseOptions(args: readonly string[], rows: readonly Row[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      agents: { type: "string", default: "10000" },
      keys: { type: "string", default: "100" },
      rounds: { type: "string", default: "5" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return {
    help: values.help,
    agents: wholeNumber("--agents", values.agents),
    keys: wholeNumber("--keys", values.keys, 900),
    rounds: wholeNumber("--rounds", values.rounds),
    rows: values.only
      ? values.only.flatMap((names) => names.split(",")).map((name) => rowOf(name, rows))
      : rows,
  };
}

export function helpText(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return `Usage: npm run bench -- [--only ROW]... [--agents N] [--keys N] [--rounds N]

Measures what jp1im takes beside the manager, and prints tables in Markdown. Without --only it measures all rows.

  --only ROW    one row, or several with commas between them; repeatable
  --agents N    agents of the fleet (default: 10000)
  --keys N      keys of each agent (default: 100)
  --rounds N    rounds in which the compared commands take turns (default: 5)

Rows:
${rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}
`;
}

function wholeNumber(option: string, text: string, most = 1_000_000): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${option} takes a number from 1 to ${most}, not "${text}"`);
}

function rowOf(name: string, rows: readonly Row[]): Row {
  const row = rows.find((each) => each.name === name);
  if (row) return row;
  const names = rows.map((each) => each.name);
  const nearest = nearestTo(name, names);
  const remedy = nearest ? `did you mean "${nearest}"?` : `the rows are ${names.join(", ")}`;
  throw new Error(`there is no row "${name}": ${remedy}`);
}
