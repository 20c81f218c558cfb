import type { Diagnostic } from "./diagnostic";

export const noWorkingFolder: Diagnostic = {
  code: "file-unreadable",
  severity: "error",
  summary: "the working folder does not exist any more, or cannot be read",
  remedy:
    "change to a folder that exists, and run again; `cd .` enters one that was created again under the same name",
};
