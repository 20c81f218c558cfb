import type { Command } from "commander";
import type { EnrollOptions } from "../../index";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import {
  deliverToOption,
  enrolmentOptions,
  enrolmentStateOption,
  tlsOptions,
} from "../options/enrolment-options";
import { lockTimeoutOption, outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface EnrollFlags extends CommonFlags {
  readonly url?: string;
  readonly clientId?: string;
  readonly initialSecret?: string;
  readonly deliverTo?: readonly string[];
  readonly state?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

export function enrollCommand(session: Session): Command {
  return defineCommand("enroll", {
    summary: "get an application its own client secret, with the initial secret alone",
    about:
      "It reads no desired state. A second start finds the delivered secret and does nothing; a lost secret cannot be recovered.",
    examples: [
      [
        "jp1im enroll --url https://immhost01:20703 --client-id fluentd-web --initial-secret file:/run/initial --deliver-to file:/var/lib/fluentd/secret",
        "before the application starts, at every start",
      ],
      [
        `jp1im enroll --url https://immhost01:20703 --client-id fluentd-web --initial-secret env:INITIAL --deliver-to 'file:{"path":"secret.env","format":"dotenv"}'`,
        "with options of the sink, as the desired state has them",
      ],
    ],
    options: [
      ...enrolmentOptions(),
      deliverToOption(),
      enrolmentStateOption(),
      ...tlsOptions(),
      lockTimeoutOption(),
      ...outputOptions(),
    ],
  }).action(async (flags: EnrollFlags) => {
    session.exitCode = await runCommand(session, { name: "enroll" }, flags, (context) =>
      enroll(context, flags),
    );
  });
}

async function enroll(context: CommandContext, flags: EnrollFlags): Promise<CommandResult> {
  const options = optionsOf(flags);
  const library = await context.library();
  const { diagnostics, ...enrolment } = await library.enroll(options, context.platform(library));
  const { status } = enrolment;
  context.keep({ enrolment });
  context.find(diagnostics);
  const { enrolmentText } = await import("../../report/enrolment-text.js");
  // A secret may have been issued, so this is not a failure without effect.
  const exitCode = status === "failed" ? ExitCode.partial : ExitCode.done;
  return { exitCode, text: enrolmentText(enrolment), hasChanged: status !== "already" };
}

function optionsOf(flags: EnrollFlags): EnrollOptions {
  const { url, clientId, initialSecret, deliverTo, state, lockTimeout } = flags;
  if (url === undefined) throw missing("--url");
  if (clientId === undefined) throw missing("--client-id");
  if (initialSecret === undefined) throw missing("--initial-secret");
  if (deliverTo === undefined || deliverTo.length === 0) throw missing("--deliver-to");
  const { ca, cert, key, insecure } = flags;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, insecure }).filter(([, value]) => value !== undefined),
  );
  return {
    ...{ url, clientId, initialSecret, deliverTo },
    tls: Object.keys(tls).length === 0 ? undefined : tls,
    state,
    lockTimeoutMs: lockTimeout,
  };
}

function missing(option: string) {
  return failure({
    code: "usage",
    summary: `${option} is missing`,
    remedy: "jp1im enroll --help shows a whole command line",
  });
}
