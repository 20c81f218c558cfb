import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Diagnostic } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import type { SimulatorOptions } from "../load-simulator";
import { NamedArgument } from "../named-argument";
import { EnvOption } from "../options/option";
import { outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface SimulateFlags extends CommonFlags {
  readonly persist?: string;
  readonly like?: string;
  readonly controlPort?: number;
  readonly showSecrets?: boolean;
}

const GROUP = "Simulator options:";

export function simulateCommand(session: Session): Command {
  return defineCommand("simulate", {
    summary: "run simulated managers, to rehearse against",
    about: "It serves every manager of the world on a port of its own until Ctrl-C.",
    examples: [
      ["jp1im simulate examples/world.yaml", "serve a world, and print its managers' URLs"],
      ["jp1im simulate world.yaml --persist world.json", "keep what happened for the next run"],
      ["jp1im simulate world.yaml --like probe.json", "managers that answer as the probed one"],
    ],
    options: [
      new EnvOption("--persist <file>", "keep the world in this file from one run to the next", {
        env: "JP1IM_PERSIST",
        group: GROUP,
        path: true,
      }),
      new EnvOption("--like <file>", "answer as the manager that this report of jp1im probe is about", {
        env: "JP1IM_LIKE",
        group: GROUP,
        path: true,
      }),
      new EnvOption(
        "--control-port <port>",
        "port of the control API: faults, recorded requests, the truth",
        {
          env: "JP1IM_CONTROL_PORT",
          group: GROUP,
          parse: port,
          defaultText: "any free one",
        },
      ),
      new EnvOption("--show-secrets", "let the control API show secret values", {
        env: "JP1IM_SHOW_SECRETS",
        group: GROUP,
      }),
      ...outputOptions(),
    ],
  })
    .addArgument(new NamedArgument("<world.yaml>", "the managers, users and agents to simulate", "files"))
    .action(async (world: string, flags: SimulateFlags) => {
      const traits = { name: "simulate", stopNotice: { text: "stopping the simulator" } };
      session.exitCode = await runCommand(session, traits, flags, (context) =>
        simulate(session, context, world, flags),
      );
    });
}

async function simulate(
  session: Session,
  context: CommandContext,
  world: string,
  flags: SimulateFlags,
): Promise<CommandResult> {
  const { cwd } = context.io;
  const options: SimulatorOptions = {
    worldFile: resolve(cwd, world),
    showSecrets: flags.showSecrets === true,
    persist: flags.persist === undefined ? undefined : resolve(cwd, flags.persist),
    like: flags.like === undefined ? undefined : resolve(cwd, flags.like),
    controlPort: flags.controlPort,
  };
  const simulator = await session.simulator();
  const running = await simulator.start(options);
  try {
    const { managers, control, unplayable = [] } = running;
    context.find(unplayable.map(strict));
    const report = { managers, control };
    const { simulatorText } = await import("../../report/simulator-text.js");
    await context.publish({ simulator: report }, simulatorText(report, context.paint));
    await context.tellDiagnostics([]);
    await stopped(context.signal);
  } finally {
    await running.close();
  }
  // Ctrl-C is how a simulator is meant to end.
  return { exitCode: ExitCode.done };
}

/** Reports an answer that the simulator cannot give. */
function strict(gap: string): Diagnostic {
  return {
    ...{ code: "probe-unreadable", severity: "warning" },
    summary: `the probed manager answered ${gap} in a way that is not known; the simulator gives its own answer`,
    remedy: "send the report to the project's issues",
  };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolveStopped) => {
    if (signal.aborted) return resolveStopped();
    signal.addEventListener("abort", () => resolveStopped(), { once: true });
  });
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > 65_535) throw new InvalidArgumentError("It takes a port from 0 to 65535.");
  return number;
}
