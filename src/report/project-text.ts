import type { Project } from "../model/project";
import { visible } from "../model/visible";
import { unplannedLines } from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { countOf, grouped } from "./wording";

/** The files that `init` created, and the next steps. */
export function projectText(project: Project, paint: Paint = plain): string {
  const { manager, files, declared, imported = 0, unknown } = project;
  const missing =
    unknown.length === 0
      ? []
      : ["Could not be read, and is not declared:", ...unplannedLines(unknown, paint)];
  const taken =
    declared === undefined
      ? []
      : [`${countOf(declared, "resource")} of ${visible(manager)} declared, ${grouped(imported)} imported.`];
  const next =
    declared === undefined
      ? [
          "jp1im get agents      what is there",
          "jp1im plan            once something is declared in jp1im.yaml",
        ]
      : [
          "jp1im plan            what an apply would do: nothing yet",
          "jp1im drift           what changes from now on",
        ];
  return `${[
    paint("strong", `The login to ${visible(manager)} works. Written:`),
    ...files.map((file) => `  ${visible(file)}`),
    ...missing,
    ...taken,
    "Next:",
    ...next.map((line) => `  ${paint("remedy", line)}`),
  ].join("\n")}\n`;
}
