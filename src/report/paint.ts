import { styleText } from "node:util";

/** The meaning of a piece of text; a paint decides how it looks. */
export type Tone =
  | "create"
  | "update"
  | "replace"
  | "delete"
  | "quiet"
  | "strong"
  | "good"
  | "warning"
  | "error"
  | "remedy";

/** A parameter of every text report: the caller decides about colour. */
export type Paint = (tone: Tone, text: string) => string;

export const plain: Paint = (_tone, text) => text;

type Format = Parameters<typeof styleText>[0];

const formats: Readonly<Record<Tone, Format>> = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  quiet: "dim",
  strong: "bold",
  good: "green",
  warning: ["bold", "yellow"],
  error: ["bold", "red"],
  remedy: "cyan",
};

/** Always colours: with `validateStream`, Node would check this process's own terminal. */
export const coloured: Paint = (tone, text) => styleText(formats[tone], text, { validateStream: false });
