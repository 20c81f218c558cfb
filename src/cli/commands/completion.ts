import { Argument, type Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { runCommand } from "../run-command";
import type { Session } from "../session";
import { logSettings } from "../settings";

type Shell = "bash" | "zsh" | "fish";

export function completionCommand(session: Session): Command {
  return defineCommand("completion", {
    summary: "print a script that completes jp1im's commands and options in a shell",
    examples: [
      ["source <(jp1im completion bash)", "in ~/.bashrc"],
      ["jp1im completion zsh > ~/.zfunc/_jp1im", "in a folder of zsh's fpath"],
      ["jp1im completion fish > ~/.config/fish/completions/jp1im.fish", "for fish"],
    ],
    settings: logSettings(),
  })
    .addArgument(new Argument("<shell>", "for which shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell: Shell, flags: CommonFlags, command: Command) => {
      session.exitCode = await runCommand(session, { name: "completion" }, flags, async () => ({
        exitCode: ExitCode.done,
        text: await scriptFor(shell, command.parent ?? command),
      }));
    });
}

async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const { completionTree } = await import("../completion/completion-tree.js");
  const tree = completionTree(program);
  switch (shell) {
    case "bash":
      return (await import("../completion/bash-script.js")).bashScript(tree);
    case "zsh":
      return (await import("../completion/zsh-script.js")).zshScript(tree);
    case "fish":
      return (await import("../completion/fish-script.js")).fishScript(tree);
  }
}
