/** The options that several commands share, each declared once. */

import { INPUT, OUTPUT, RUN, SCOPE } from "./groups";
import { EnvOption } from "./option";
import { duration, personName, shard, statePlace, wholeNumber } from "./values";

/** Requests in flight on one manager, at most: more would only queue there. */
const MAX_PARALLELISM = 256;

const INPUT_SETTINGS: readonly EnvOption[] = [
  new EnvOption("-f, --file <path>", "desired state: a file, a folder, or - for stdin; repeatable", {
    env: "JP1IM_FILE",
    group: INPUT,
    list: true,
    path: true,
    defaultText: "jp1im.yaml",
  }),
];

/** One instance for all commands, because each start creates every command. */
export const inputOptions = (): readonly EnvOption[] => INPUT_SETTINGS;

const STATE_SETTING = new EnvOption("--state <path>", "where the state is kept", {
  env: "JP1IM_STATE",
  group: INPUT,
  path: true,
  refusesEmpty: true,
  parse: statePlace,
  defaultText: ".jp1im beside the first --file",
});

/** The same for all commands. */
export const stateOption = (): EnvOption => STATE_SETTING;

export const managersOption = (): EnvOption =>
  new EnvOption("--manager <name>", "only this manager; repeatable", {
    env: "JP1IM_MANAGER",
    group: SCOPE,
    list: true,
    names: "manager",
  });

export const maxShardsOption = (): EnvOption =>
  new EnvOption("--max <n>", "shards, at most; never more than managers", {
    env: "JP1IM_MAX_SHARDS",
    group: SCOPE,
    parse: wholeNumber(1_000),
    defaultText: "8",
  });

export const scopeOptions = (): EnvOption[] => [
  managersOption(),
  new EnvOption(
    "--shard <n/m>",
    "only the managers of one of m parts of the fleet, which their names decide: 2/8",
    {
      env: "JP1IM_SHARD",
      group: SCOPE,
      parse: shard,
    },
  ),
  new EnvOption("--target <address>", "only this address and what is below it; repeatable", {
    env: "JP1IM_TARGET",
    group: SCOPE,
    list: true,
    names: "target",
  }),
  new EnvOption("--refresh <boolean>", "whether to ask the managers, or to plan from the state alone", {
    env: "JP1IM_REFRESH",
    group: SCOPE,
    choices: ["true", "false"],
    defaultText: "true",
  }),
];

export const noSecretsOption = (): EnvOption =>
  new EnvOption("--no-secrets", "read no secret value: compare only the versions of the sources", {
    env: "JP1IM_NO_SECRETS",
    group: SCOPE,
  });

export const trustOption = (): EnvOption =>
  new EnvOption(
    "--trust <path>",
    "with --no-secrets: reviewed desired state, whose logins and vaults may be used; a file or a folder; repeatable",
    { env: "JP1IM_TRUST", group: SCOPE, list: true, path: true },
  );

export const destroyOption = (): EnvOption =>
  new EnvOption("--destroy", "plan what jp1im destroy would do", {
    env: "JP1IM_DESTROY",
    group: SCOPE,
  });

export const rotateOption = (): EnvOption =>
  new EnvOption(
    "--rotate <address>",
    "reissue this client or initial secret although it is as declared; repeatable",
    {
      env: "JP1IM_ROTATE",
      group: SCOPE,
      list: true,
      names: "issued",
    },
  );

export const parallelismOption = (): EnvOption =>
  new EnvOption("--parallelism <n>", "requests in flight on each manager, at most", {
    env: "JP1IM_PARALLELISM",
    group: RUN,
    parse: wholeNumber(MAX_PARALLELISM),
    defaultText: "10",
  });

export const lockTimeoutOption = (defaultText = "0s"): EnvOption =>
  new EnvOption(
    "--lock-timeout <duration>",
    "how long to wait for a lock that another run holds: 500ms, 30s, 5m; a number alone is seconds",
    {
      env: "JP1IM_LOCK_TIMEOUT",
      group: RUN,
      parse: duration,
      defaultText,
    },
  );

export const forceOption = (): EnvOption =>
  new EnvOption(
    "--force",
    "also replace a newer or a damaged state; if the copy is under another key, that becomes the key of the state",
    {
      env: "JP1IM_PUSH_FORCE",
      group: RUN,
    },
  );

export const newStateOption = (): EnvOption =>
  new EnvOption(
    "--new-state",
    "continue if the state has no record of a manager that already has declared resources, or if its key is lost",
    { env: "JP1IM_NEW_STATE", group: RUN },
  );

export const autoApproveOption = (): EnvOption =>
  new EnvOption("--auto-approve", "do not ask for approval; needed where there is no terminal", {
    env: "JP1IM_AUTO_APPROVE",
    group: RUN,
  });

export const approvedByOption = (): EnvOption =>
  new EnvOption("--approved-by <name>", "who approved this run, as the audit trail records it", {
    env: "JP1IM_APPROVED_BY",
    group: RUN,
    parse: personName,
  });

export const policyOption = (): EnvOption =>
  new EnvOption(
    "--policy <command>",
    "program that gets the plan's JSON on stdin, and refuses it by exiting with anything but 0: words, or a JSON array; repeatable",
    { env: "JP1IM_POLICY", group: RUN, list: true, separator: "\n" },
  );

export const duringFreezeOption = (): EnvOption =>
  new EnvOption("--during-freeze", "continue although a freeze window of the policy is open", {
    env: "JP1IM_DURING_FREEZE",
    group: RUN,
  });

/**
 * For commands that work on exactly one manager. A list, so that a second manager is refused, and does not silently
 * replace the first.
 */
export const managerOption = (): EnvOption =>
  new EnvOption("--manager <name>", "the manager to work on; exactly one", {
    env: "JP1IM_MANAGER",
    group: SCOPE,
    list: true,
    names: "manager",
  });

export const rebuildOptions = (): EnvOption[] => [
  new EnvOption("--replaces <host>", "host of the manager that was lost", {
    env: "JP1IM_REPLACES",
    group: SCOPE,
    names: "host",
  }),
  new EnvOption(
    "--check",
    "rehearse: read every source, prove every sink and login, plan, and write nothing",
    {
      env: "JP1IM_CHECK",
      group: RUN,
    },
  ),
  new EnvOption(
    "--overwrite-sinks",
    "replace the files at the declared sinks, which a lost state may have delivered",
    { env: "JP1IM_OVERWRITE_SINKS", group: RUN },
  ),
];

export const keptOption = (): EnvOption =>
  new EnvOption("--kept", "remove the kept secrets of these addresses, for good, and no record", {
    env: "JP1IM_KEPT",
    group: RUN,
  });

export const newKeyFileOption = (): EnvOption =>
  new EnvOption("--new-key-file <file>", "a file with the new key; made where there is none", {
    env: "JP1IM_NEW_STATE_KEY_FILE",
    group: INPUT,
    path: true,
    defaultText: "JP1IM_NEW_STATE_KEY, else the key file in use",
  });

export const planFileOption = (): EnvOption =>
  new EnvOption("--plan <file>", "a plan saved by jp1im plan --out, whose changes are marked", {
    env: "JP1IM_PLAN",
    group: INPUT,
    path: true,
  });

export const graphFormatOption = (): EnvOption =>
  new EnvOption("--format <format>", "the language to draw it in", {
    env: "JP1IM_GRAPH_FORMAT",
    group: OUTPUT,
    choices: ["mermaid", "dot"],
    defaultText: "mermaid",
  });

export const outOption = (): EnvOption =>
  new EnvOption("--out <file>", "save the plan, for jp1im apply FILE", {
    env: "JP1IM_OUT",
    group: OUTPUT,
    path: true,
  });

export const detailedExitCodeOption = (): EnvOption =>
  new EnvOption("--detailed-exitcode", "exit with 2 when there are changes", {
    env: "JP1IM_DETAILED_EXITCODE",
    group: OUTPUT,
  });

export const outputOptions = (formats: readonly string[] = ["text", "json"]): EnvOption[] => [
  outputOption(formats),
  ...logOptions(),
];

/** For commands that show a plan or an outcome. */
export const reportOptions = (): EnvOption[] => [
  ...outputOptions(["text", "json", "markdown", "html"]),
  new EnvOption("--show-unmanaged", "list unmanaged resources, instead of only counting them", {
    env: "JP1IM_SHOW_UNMANAGED",
    group: OUTPUT,
  }),
];

function outputOption(choices: readonly string[]): EnvOption {
  return new EnvOption("--output <format>", "what stdout carries", {
    env: "JP1IM_OUTPUT",
    group: OUTPUT,
    choices,
    defaultText: "text",
  });
}

const LOG_SETTINGS: readonly EnvOption[] = [
  new EnvOption("--color <when>", "when to use colour; auto: on a terminal, unless NO_COLOR is set", {
    env: "JP1IM_COLOR",
    group: OUTPUT,
    choices: ["always", "never", "auto"],
    defaultText: "auto",
  }),
  new EnvOption("--no-color", "the same as --color never", { env: "JP1IM_NO_COLOR", group: OUTPUT }),
  new EnvOption("-q, --quiet", "no progress and no warnings on stderr, only errors", {
    env: "JP1IM_QUIET",
    group: OUTPUT,
  }),
  new EnvOption("--debug", "log every step and request on stderr, and where a bug was hit", {
    env: "JP1IM_DEBUG",
    group: OUTPUT,
  }),
  new EnvOption("--log-format <format>", "what stderr carries: text, or a JSON object in each line", {
    env: "JP1IM_LOG_FORMAT",
    group: OUTPUT,
    choices: ["text", "json"],
    defaultText: "text",
  }),
];

/** For commands whose stdout is not a report. One instance for all commands. */
export const logOptions = (): readonly EnvOption[] => LOG_SETTINGS;
