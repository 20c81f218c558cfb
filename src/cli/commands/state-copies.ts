/** The commands that work on all of a state at once: `state pull`, `push`, `migrate` and `compact`. */
import type { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { type InputFlags, stateInputsOf } from "../inputs";
import { NamedArgument } from "../named-argument";
import {
  approvedByOption,
  forceOption,
  inputOptions,
  lockTimeoutOption,
  logOptions,
  managersOption,
  outputOptions,
  stateOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface LockingFlags extends InputFlags {
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

interface PushFlags extends LockingFlags {
  readonly manager?: readonly string[];
  readonly force?: boolean;
}

export function copyCommands(session: Session): Command[] {
  return [pullCommand(session), pushCommand(session), migrateCommand(session), compactCommand(session)];
}

const stateOptions = () => [...inputOptions(), stateOption()];

function pullCommand(session: Session): Command {
  return defineCommand("pull", {
    summary: "print the whole state, for a backup",
    about:
      "One JSON document, which state push takes. It holds no secret: what waits for its delivery is sealed. The state's key is not in it, and is to be backed up elsewhere.",
    examples: [["jp1im state pull > state.backup.json", "a backup of the state"]],
    options: [...stateOptions(), ...logOptions()],
  }).action(async (flags: InputFlags) => {
    session.exitCode = await runCommand(session, { name: "state pull" }, flags, (context) =>
      pull(context, flags),
    );
  });
}

function pushCommand(session: Session): Command {
  return defineCommand("push", {
    summary: "replace the state with a copy that state pull printed",
    about:
      "Writes nothing where the place holds another state, or one with a newer serial. With --manager, the parts of the other managers stay as they are. Until all parts are there, every other run on the state stops; the same command finishes it.",
    examples: [
      ["jp1im state push state.backup.json", "after the state was lost"],
      ["jp1im state push --force --manager tokyo state.backup.json", "over a damaged part, and no other one"],
    ],
    options: [
      ...stateOptions(),
      managersOption(),
      forceOption(),
      lockTimeoutOption(),
      approvedByOption(),
      ...outputOptions(),
    ],
  })
    .addArgument(new NamedArgument("<file>", "a file that jp1im state pull wrote, or - for stdin", "files"))
    .action(async (file: string, flags: PushFlags) => {
      session.exitCode = await runCommand(session, { name: "state push" }, flags, (context) =>
        push(context, file, flags),
      );
    });
}

function migrateCommand(session: Session): Command {
  return defineCommand("migrate", {
    summary: "copy the state to another place, while no run can write to either",
    about:
      "The state also stays where it was: remove it there, but not its key, once the first plan from the new place is as expected. Each place is written as for --state; without TO it is where the desired state says.",
    examples: [
      ["jp1im state migrate .jp1im -f jp1im.yaml", "from a folder to what `state:` in jp1im.yaml declares"],
      ["jp1im state migrate .jp1im git+https://git.example/ops/state.git#jp1im-state", "to a branch in git"],
    ],
    options: [...stateOptions(), lockTimeoutOption(), approvedByOption(), ...outputOptions()],
  })
    .addArgument(new NamedArgument("<from>", "where the state is", "files"))
    .addArgument(new NamedArgument("[to]", "where it is to be", "files"))
    .action(async (from: string, to: string | undefined, flags: LockingFlags) => {
      session.exitCode = await runCommand(session, { name: "state migrate" }, flags, (context) =>
        migrate(context, from, to, flags),
      );
    });
}

function compactCommand(session: Session): Command {
  return defineCommand("compact", {
    summary: "rewrite the state without what was replaced",
    about:
      "On a git branch the history goes, too. A state is compacted by itself once most of it was replaced.",
    examples: [["jp1im state compact -f jp1im.yaml", "the state that jp1im.yaml declares"]],
    options: [...stateOptions(), lockTimeoutOption(), approvedByOption(), ...outputOptions()],
  }).action(async (flags: LockingFlags) => {
    session.exitCode = await runCommand(session, { name: "state compact" }, flags, (context) =>
      compact(context, flags),
    );
  });
}

async function pull(context: CommandContext, flags: InputFlags): Promise<CommandResult> {
  const options = stateInputsOf(flags, context.io.cwd);
  const library = await context.library();
  return { exitCode: ExitCode.done, text: await library.pullState(options, context.platform(library)) };
}

async function push(context: CommandContext, copy: string, flags: PushFlags): Promise<CommandResult> {
  const { lockTimeout, force, manager: managers } = flags;
  const options = {
    ...stateInputsOf(flags, context.io.cwd),
    copy,
    force,
    managers,
    lockTimeoutMs: lockTimeout,
  };
  const library = await context.library();
  const put = await library.pushState(options, context.platform(library));
  context.keep({ put });
  const { putText } = await import("../../report/state-text.js");
  return {
    exitCode: ExitCode.done,
    text: putText(put),
    hasChanged: put.managers.some(({ written }) => written),
  };
}

async function migrate(
  context: CommandContext,
  from: string,
  to: string | undefined,
  flags: LockingFlags,
): Promise<CommandResult> {
  // If both places are named, no desired state is needed.
  const state = to ?? flags.state;
  const inputs = stateInputsOf({ ...flags, ...(state !== undefined && { state }) }, context.io.cwd);
  const library = await context.library();
  const options = { ...inputs, from, lockTimeoutMs: flags.lockTimeout };
  const put = await library.migrateState(options, context.platform(library));
  context.keep({ put });
  const { putText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: putText(put), hasChanged: true };
}

async function compact(context: CommandContext, flags: LockingFlags): Promise<CommandResult> {
  const options = { ...stateInputsOf(flags, context.io.cwd), lockTimeoutMs: flags.lockTimeout };
  const library = await context.library();
  const compacted = await library.compactState(options, context.platform(library));
  context.keep({ compacted });
  const { compactedText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: compactedText(compacted), hasChanged: true };
}
