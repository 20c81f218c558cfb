/** The options that several commands share, each declared once. */
import { duration, personName, shard, statePlace, wholeNumber } from "./option-values";
import { Setting } from "./setting";
import { INPUT, OUTPUT, RUN, SCOPE } from "./setting-groups";

/** Requests in flight on one manager, at most: more would only queue there. */
const MAX_PARALLELISM = 256;

const INPUT_SETTINGS: readonly Setting[] = [
  new Setting("-f, --file <path>", "desired state: a file, a folder, or - for stdin; repeatable", {
    env: "JP1IM_FILE",
    group: INPUT,
    list: true,
    path: true,
    defaultText: "jp1im.yaml",
  }),
];

/** One instance for all commands: each start makes every command. */
export const inputSettings = (): readonly Setting[] => INPUT_SETTINGS;

const STATE_SETTING = new Setting("--state <path>", "where the state is kept", {
  env: "JP1IM_STATE",
  group: INPUT,
  path: true,
  refusesEmpty: true,
  parse: statePlace,
  defaultText: ".jp1im beside the first --file",
});

/** The same for all commands. */
export const stateSetting = (): Setting => STATE_SETTING;

export const managersSetting = (): Setting =>
  new Setting("--manager <name>", "only this manager; repeatable", {
    env: "JP1IM_MANAGER",
    group: SCOPE,
    list: true,
    names: "manager",
  });

export const maxShardsSetting = (): Setting =>
  new Setting("--max <n>", "shards, at most; never more than managers", {
    env: "JP1IM_MAX_SHARDS",
    group: SCOPE,
    parse: wholeNumber(1_000),
    defaultText: "8",
  });

export const scopeSettings = (): Setting[] => [
  managersSetting(),
  new Setting(
    "--shard <n/m>",
    "only the managers of one of m parts of the fleet, which their names decide: 2/8",
    {
      env: "JP1IM_SHARD",
      group: SCOPE,
      parse: shard,
    },
  ),
  new Setting("--target <address>", "only this address and what is below it; repeatable", {
    env: "JP1IM_TARGET",
    group: SCOPE,
    list: true,
    names: "target",
  }),
  new Setting("--refresh <boolean>", "whether to ask the managers, or to plan from the state alone", {
    env: "JP1IM_REFRESH",
    group: SCOPE,
    choices: ["true", "false"],
    defaultText: "true",
  }),
];

export const noSecretsSetting = (): Setting =>
  new Setting("--no-secrets", "read no secret value: compare only the versions of the sources", {
    env: "JP1IM_NO_SECRETS",
    group: SCOPE,
  });

export const trustSetting = (): Setting =>
  new Setting(
    "--trust <path>",
    "with --no-secrets: reviewed desired state, whose logins and vaults may be used; a file or a folder; repeatable",
    { env: "JP1IM_TRUST", group: SCOPE, list: true, path: true },
  );

export const destroySetting = (): Setting =>
  new Setting("--destroy", "plan what jp1im destroy would do", {
    env: "JP1IM_DESTROY",
    group: SCOPE,
  });

export const rotateSetting = (): Setting =>
  new Setting(
    "--rotate <address>",
    "issue this client or initial secret anew although it is as declared; repeatable",
    {
      env: "JP1IM_ROTATE",
      group: SCOPE,
      list: true,
      names: "issued",
    },
  );

export const parallelismSetting = (): Setting =>
  new Setting("--parallelism <n>", "requests in flight on each manager, at most", {
    env: "JP1IM_PARALLELISM",
    group: RUN,
    parse: wholeNumber(MAX_PARALLELISM),
    defaultText: "10",
  });

export const lockTimeoutSetting = (defaultText = "0s"): Setting =>
  new Setting(
    "--lock-timeout <duration>",
    "how long to wait for a lock that another run holds: 500ms, 30s, 5m; a number alone is seconds",
    {
      env: "JP1IM_LOCK_TIMEOUT",
      group: RUN,
      parse: duration,
      defaultText,
    },
  );

export const forceSetting = (): Setting =>
  new Setting(
    "--force",
    "also over a state with a newer serial, or a damaged one; where the copy is under another key, that becomes the key of the state",
    {
      env: "JP1IM_PUSH_FORCE",
      group: RUN,
    },
  );

export const newStateSetting = (): Setting =>
  new Setting(
    "--new-state",
    "continue where the state knows nothing of a manager that has what is declared already, or is under a key that is lost",
    { env: "JP1IM_NEW_STATE", group: RUN },
  );

export const autoApproveSetting = (): Setting =>
  new Setting("--auto-approve", "do not ask for approval; needed where there is no terminal", {
    env: "JP1IM_AUTO_APPROVE",
    group: RUN,
  });

export const approvedBySetting = (): Setting =>
  new Setting("--approved-by <name>", "who approved this run, as the audit trail records it", {
    env: "JP1IM_APPROVED_BY",
    group: RUN,
    parse: personName,
  });

export const policySetting = (): Setting =>
  new Setting(
    "--policy <command>",
    "program that gets the plan's JSON on stdin, and refuses it by exiting with anything but 0: words, or a JSON array; repeatable",
    { env: "JP1IM_POLICY", group: RUN, list: true, separator: "\n" },
  );

export const duringFreezeSetting = (): Setting =>
  new Setting("--during-freeze", "continue although a freeze window of the policy is open", {
    env: "JP1IM_DURING_FREEZE",
    group: RUN,
  });

/** Of commands that work on exactly one manager. A list, so that a second one is refused and not silently taken. */
export const managerSetting = (): Setting =>
  new Setting("--manager <name>", "the manager to work on; exactly one", {
    env: "JP1IM_MANAGER",
    group: SCOPE,
    list: true,
    names: "manager",
  });

export const rebuildSettings = (): Setting[] => [
  new Setting("--replaces <host>", "host of the manager that was lost", {
    env: "JP1IM_REPLACES",
    group: SCOPE,
    names: "host",
  }),
  new Setting("--check", "rehearse: read every source, prove every sink and login, plan, and write nothing", {
    env: "JP1IM_CHECK",
    group: RUN,
  }),
  new Setting(
    "--overwrite-sinks",
    "replace the files at the declared sinks, which a lost state may have delivered",
    { env: "JP1IM_OVERWRITE_SINKS", group: RUN },
  ),
];

export const keptSetting = (): Setting =>
  new Setting("--kept", "remove the kept secrets of these addresses, for good, and no record", {
    env: "JP1IM_KEPT",
    group: RUN,
  });

export const newKeyFileSetting = (): Setting =>
  new Setting("--new-key-file <file>", "a file with the new key; made where there is none", {
    env: "JP1IM_NEW_STATE_KEY_FILE",
    group: INPUT,
    path: true,
    defaultText: "JP1IM_NEW_STATE_KEY, else the key file in use",
  });

export const planFileSetting = (): Setting =>
  new Setting("--plan <file>", "a plan saved by jp1im plan --out, whose changes are marked", {
    env: "JP1IM_PLAN",
    group: INPUT,
    path: true,
  });

export const graphFormatSetting = (): Setting =>
  new Setting("--format <format>", "the language to draw it in", {
    env: "JP1IM_GRAPH_FORMAT",
    group: OUTPUT,
    choices: ["mermaid", "dot"],
    defaultText: "mermaid",
  });

export const outSetting = (): Setting =>
  new Setting("--out <file>", "save the plan, for jp1im apply FILE", {
    env: "JP1IM_OUT",
    group: OUTPUT,
    path: true,
  });

export const detailedExitCodeSetting = (): Setting =>
  new Setting("--detailed-exitcode", "exit with 2 when there are changes", {
    env: "JP1IM_DETAILED_EXITCODE",
    group: OUTPUT,
  });

export const outputSettings = (formats: readonly string[] = ["text", "json"]): Setting[] => [
  outputSetting(formats),
  ...logSettings(),
];

/** Of commands that show a plan, or what became of one. */
export const reportSettings = (): Setting[] => [
  ...outputSettings(["text", "json", "markdown", "html"]),
  new Setting("--show-unmanaged", "list what is not ours and left alone, and not only count it", {
    env: "JP1IM_SHOW_UNMANAGED",
    group: OUTPUT,
  }),
];

function outputSetting(choices: readonly string[]): Setting {
  return new Setting("--output <format>", "what stdout carries", {
    env: "JP1IM_OUTPUT",
    group: OUTPUT,
    choices,
    defaultText: "text",
  });
}

const LOG_SETTINGS: readonly Setting[] = [
  new Setting("--color <when>", "when to use colour; auto: on a terminal, unless NO_COLOR is set", {
    env: "JP1IM_COLOR",
    group: OUTPUT,
    choices: ["always", "never", "auto"],
    defaultText: "auto",
  }),
  new Setting("--no-color", "the same as --color never", { env: "JP1IM_NO_COLOR", group: OUTPUT }),
  new Setting("-q, --quiet", "no progress and no warnings on stderr, errors alone", {
    env: "JP1IM_QUIET",
    group: OUTPUT,
  }),
  new Setting("--debug", "log every step and request on stderr, and where a bug was hit", {
    env: "JP1IM_DEBUG",
    group: OUTPUT,
  }),
  new Setting("--log-format <format>", "what stderr carries: text, or a JSON object in each line", {
    env: "JP1IM_LOG_FORMAT",
    group: OUTPUT,
    choices: ["text", "json"],
    defaultText: "text",
  }),
];

/** Of commands whose stdout is no report. The same for all commands. */
export const logSettings = (): readonly Setting[] => LOG_SETTINGS;
