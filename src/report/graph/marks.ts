import { type Marks, noMarks } from "../../model/topology";
import { grouped } from "../wording";

const signs: Readonly<Record<keyof Marks, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  deferred: "…",
  open: "?",
};

const kinds = Object.keys(signs) as readonly (keyof Marks)[];

/** The kind of change that colours a box: its only one, or `update` for several; `undefined` if nothing changes. */
export function dominant(marks: Marks): keyof Marks | undefined {
  const present = kinds.filter((kind) => marks[kind] > 0);
  return present.length > 1 ? "update" : present[0];
}

/** `+2 ~1 -3`, with the signs of a plan. */
export function marksLine(marks: Marks): string {
  return kinds
    .filter((kind) => marks[kind] > 0)
    .map((kind) => `${signs[kind]}${grouped(marks[kind])}`)
    .join("  ");
}

export function sumOf(all: readonly Marks[]): Marks {
  const sum = { ...noMarks };
  for (const marks of all) for (const kind of kinds) sum[kind] += marks[kind];
  return sum;
}
