import { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { type InputFlags, inputsOf, stateInputsOf } from "../inputs";
import { NamedArgument } from "../named-argument";
import {
  approvedByOption,
  inputOptions,
  keptOption,
  lockTimeoutOption,
  newKeyFileOption,
  noSecretsOption,
  outputOptions,
  stateOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";
import { copyCommands } from "./state-copies";

interface LockingFlags extends InputFlags {
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

interface RemovingFlags extends LockingFlags {
  readonly kept?: boolean;
}

interface RekeyFlags extends LockingFlags {
  readonly newKeyFile?: string;
  readonly secrets: boolean;
}

export function stateCommand(session: Session): Command {
  const state = new Command("state")
    .summary("inspect the state, repair it, back it up and move it")
    .description(
      "Inspect the state, repair it, back it up and move it. It holds fingerprints and ownership, never a secret.",
    );
  for (const command of [
    listCommand(session),
    showCommand(session),
    mvCommand(session),
    rmCommand(session),
    unlockCommand(session),
    rekeyCommand(session),
    ...copyCommands(session),
  ]) {
    state.addCommand(command);
  }
  return state;
}

const stateOptions = () => [...inputOptions(), stateOption()];

function listCommand(session: Session): Command {
  return defineCommand("list", {
    summary: "list what the state owns, and who holds its lock",
    examples: [["jp1im state list --state .jp1im", "every address, one per line"]],
    options: [...stateOptions(), ...outputOptions()],
  }).action(async (flags: InputFlags) => {
    session.exitCode = await runCommand(session, { name: "state list" }, flags, (context) =>
      list(context, flags),
    );
  });
}

function showCommand(session: Session): Command {
  return defineCommand("show", {
    summary: "show what the state knows of one address",
    examples: [["jp1im state show tokyo/agent/immhost01/web01", "the keys that are owned on one agent"]],
    options: [...stateOptions(), ...outputOptions()],
  })
    .addArgument(new NamedArgument("<address>", "an address, as jp1im state list prints it", "owned"))
    .action(async (address: string, flags: InputFlags) => {
      session.exitCode = await runCommand(session, { name: "state show" }, flags, (context) =>
        show(context, address, flags),
      );
    });
}

function mvCommand(session: Session): Command {
  return defineCommand("mv", {
    summary: "rename an address in the state, without touching any manager",
    about: "For a manager, an agent or a client that was renamed in the desired state.",
    examples: [
      ["jp1im state mv tokyo edo", "a manager whose key in the YAML was changed"],
      ["jp1im state mv tokyo/client/web tokyo/client/web-1", "a client that is known under another ID"],
    ],
    options: [...stateOptions(), lockTimeoutOption(), approvedByOption(), ...outputOptions()],
  })
    .addArgument(new NamedArgument("<old>", "an address, as jp1im state list prints it", "owned"))
    .addArgument(new NamedArgument("<new>", "the new address, which must be free", "target"))
    .action(async (old: string, next: string, flags: LockingFlags) => {
      session.exitCode = await runCommand(session, { name: "state mv" }, flags, (context) =>
        move(context, old, next, flags),
      );
    });
}

function rmCommand(session: Session): Command {
  return defineCommand("rm", {
    summary: "forget addresses: they stay on the manager, and are no longer owned",
    examples: [
      ["jp1im state rm tokyo/client/fluentd-web", "leave a client to somebody else"],
      ["jp1im state rm --kept tokyo/client/fluentd-web", "discard an issued secret that no sink accepted"],
    ],
    options: [...stateOptions(), keptOption(), lockTimeoutOption(), approvedByOption(), ...outputOptions()],
  })
    .addArgument(new NamedArgument("<address...>", "addresses, as jp1im state list prints them", "owned"))
    .action(async (addresses: string[], flags: RemovingFlags) => {
      session.exitCode = await runCommand(session, { name: "state rm" }, flags, (context) =>
        remove(context, addresses, flags),
      );
    });
}

function unlockCommand(session: Session): Command {
  return defineCommand("unlock", {
    summary: "break the lock of a run that has ended",
    about:
      "Only if that run has certainly ended: two runs at once damage each other's work. With the ID of an interrupted push or migration, from a `state-unfinished` message, it keeps the partial copy.",
    examples: [["jp1im state unlock 3f9c2a", "the lock's ID, as jp1im state list prints it"]],
    options: [...stateOptions(), approvedByOption(), ...outputOptions()],
  })
    .addArgument(new NamedArgument("<lock-id>", "the lock's ID, as jp1im state list prints it", "lock"))
    .action(async (lockId: string, flags: InputFlags) => {
      session.exitCode = await runCommand(session, { name: "state unlock" }, flags, (context) =>
        unlock(context, lockId, flags),
      );
    });
}

function rekeyCommand(session: Session): Command {
  return defineCommand("rekey", {
    summary: "rewrite the state under a new key, without asking any manager",
    about:
      "Declared values that are proven to be the last written ones stay verified; all others become unverified.",
    examples: [
      ["jp1im state rekey -f tokyo.yaml", "a new key in the key file"],
      ["jp1im state rekey --new-key-file tokyo.key", "from the environment's key to a file's"],
      ["jp1im state rekey --no-secrets", "without the values: every one becomes unverified"],
    ],
    options: [
      ...stateOptions(),
      newKeyFileOption(),
      noSecretsOption(),
      lockTimeoutOption(),
      approvedByOption(),
      ...outputOptions(),
    ],
  }).action(async (flags: RekeyFlags) => {
    session.exitCode = await runCommand(session, { name: "state rekey" }, flags, (context) =>
      rekey(context, flags),
    );
  });
}

async function list(context: CommandContext, flags: InputFlags): Promise<CommandResult> {
  const options = stateInputsOf(flags, context.io.cwd);
  const library = await context.library();
  const state = await library.listState(options, context.platform(library));
  context.keep({ state });
  const { stateListText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: stateListText(state, context.paint) };
}

async function show(context: CommandContext, address: string, flags: InputFlags): Promise<CommandResult> {
  const options = stateInputsOf(flags, context.io.cwd);
  const library = await context.library();
  const resource = await library.showState(options, address, context.platform(library));
  context.keep({ resource });
  const { stateShowText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: stateShowText(resource, context.paint) };
}

async function remove(
  context: CommandContext,
  addresses: readonly string[],
  flags: RemovingFlags,
): Promise<CommandResult> {
  const { lockTimeout, kept = false } = flags;
  const options = { ...stateInputsOf(flags, context.io.cwd), lockTimeoutMs: lockTimeout };
  const library = await context.library();
  const work = kept ? library.removeKept : library.removeFromState;
  const { removed } = await work(options, addresses, context.platform(library));
  context.keep({ removed });
  const { removedKeptText, removedText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: (kept ? removedKeptText : removedText)(removed), hasChanged: true };
}

async function move(
  context: CommandContext,
  old: string,
  next: string,
  flags: LockingFlags,
): Promise<CommandResult> {
  const { lockTimeout } = flags;
  const options = { ...stateInputsOf(flags, context.io.cwd), lockTimeoutMs: lockTimeout };
  const library = await context.library();
  const { moved } = await library.moveInState(options, old, next, context.platform(library));
  context.keep({ moved });
  const { movedText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: movedText(moved), hasChanged: true };
}

async function unlock(context: CommandContext, lockId: string, flags: InputFlags): Promise<CommandResult> {
  const options = stateInputsOf(flags, context.io.cwd);
  const library = await context.library();
  const unlocked = await library.unlockState(options, lockId, context.platform(library));
  context.keep({ unlocked });
  const { unlockedText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: unlockedText(unlocked), hasChanged: true };
}

async function rekey(context: CommandContext, flags: RekeyFlags): Promise<CommandResult> {
  const { lockTimeout, newKeyFile, secrets } = flags;
  // Comparing values needs the desired state even if the state's folder is known.
  const inputs = secrets ? inputsOf(flags, context.io.cwd) : stateInputsOf(flags, context.io.cwd);
  const options = {
    ...inputs,
    secrets,
    newKeyFile,
    lockTimeoutMs: lockTimeout,
  };
  const library = await context.library();
  const rekeyed = await library.rekeyState(options, context.platform(library));
  context.keep({ rekeyed });
  const { rekeyedText } = await import("../../report/state-text.js");
  return { exitCode: ExitCode.done, text: rekeyedText(rekeyed), hasChanged: !rekeyed.already };
}
