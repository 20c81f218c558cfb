import { styleText } from "node:util";

/** What a piece of text means; a paint decides how that looks. */
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

/** Handed to every text report: whether there is colour is the caller's decision. */
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

/** Colours always: `validateStream` would have Node look at this process's own terminal. */
export const coloured: Paint = (tone, text) => styleText(formats[tone], text, { validateStream: false });
