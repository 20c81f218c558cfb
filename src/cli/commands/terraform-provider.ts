import { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { RUN } from "../options/groups";
import { EnvOption } from "../options/option";
import { logOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface InstallFlags extends CommonFlags {
  readonly pluginDir?: string;
}

export function terraformProviderCommand(session: Session): Command {
  return new Command("terraform-provider")
    .summary("install the provider for Terraform and OpenTofu")
    .description("Install the provider for Terraform and OpenTofu.")
    .addCommand(installCommand(session));
}

function installCommand(session: Session): Command {
  return defineCommand("install", {
    summary: "copy the provider to where `terraform init` and `tofu init` find it without a network",
    about: "A configuration names it as `jp1im/jp1im`. The user of Terraform needs `node` on the PATH.",
    examples: [
      ["jp1im terraform-provider install", "for this user"],
      ["jp1im terraform-provider install --plugin-dir /srv/terraform/mirror", "a filesystem mirror for many"],
    ],
    options: [
      new EnvOption("--plugin-dir <path>", "folder of a filesystem mirror", {
        env: "JP1IM_PLUGIN_DIR",
        group: RUN,
        path: true,
        defaultText: "~/.terraform.d/plugins",
      }),
      ...logOptions(),
    ],
  }).action(async (flags: InstallFlags) => {
    session.exitCode = await runCommand(session, { name: "terraform-provider install" }, flags, (context) =>
      install(context, flags),
    );
  });
}

async function install(context: CommandContext, { pluginDir }: InstallFlags): Promise<CommandResult> {
  const library = await context.library();
  const { version, folders } = await library.installTerraformProvider(
    { pluginDir },
    context.platform(library),
  );
  const lines = [`Installed jp1im/jp1im ${version}:`, ...folders.map((folder) => `  ${folder}`), ""];
  return { exitCode: ExitCode.done, text: lines.join("\n"), hasChanged: true };
}
