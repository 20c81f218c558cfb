import type { Command } from "commander";
import { defineCommand } from "../define-command";
import type { InputFlags } from "../inputs";
import { inputOptions, outputOptions } from "../options/shared-options";
import { runValidate } from "../run-validate";
import type { Session } from "../session";

export function validateCommand(session: Session): Command {
  return defineCommand("validate", {
    summary: "check the desired state without asking any manager",
    about: "Every error of every file is reported in one run.",
    examples: [
      ["jp1im validate -f managers/", "all the files of a folder"],
      ["cat jp1im.yaml | jp1im validate -f -", "what comes from another program"],
    ],
    options: [...inputOptions(), ...outputOptions()],
  }).action(async (flags: InputFlags) => {
    await runValidate(session, flags);
  });
}
