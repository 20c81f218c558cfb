import type { Diagnostic } from "../model/diagnostic";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { hclOfFlow, hclText } from "./values/hcl";

type Rule = readonly [ours: RegExp, theirs: string | ((...parts: string[]) => string)];

const FORMER_KEY =
  "set `state_key` in the provider block to the key that it was written under; if that is lost";
const NEW_STATE =
  "name an empty place as `state` in the provider block, import what exists, and the next apply writes the values of agents once more";

const FOLDER = "where FOLDER is `state` of the provider block, or `.jp1im` if it has none";

/** Replacements for command-line options and YAML keys in remedies. */
const rules: Partial<Readonly<Record<DiagnosticCode, readonly Rule[]>>> = {
  "manager-denied": [
    [/correct the manager's `auth`/, "correct $LOGIN"],
    [/`auth`: the user, and the source of its password/, "$LOGIN"],
    [/remove `session: false` from the manager's `auth`/, "remove `session = false`"],
    [/`auth`/, "$LOGIN"],
  ],
  "not-ours": [[/(take it over with )?`jp1im import ([^`]*)`( records it as it is)?/, importing]],
  "sink-moved": [
    [
      /`jp1im apply --rotate [^`]*` issues and delivers/,
      "raise `generation`: the next apply issues and delivers",
    ],
  ],
  "sink-unwritable": [
    [/`deliverTo: (.*)`/, (_, sink = "") => `\`deliver_to = ${hclOfFlow(sink)}\``],
    [
      /^run again without --manager .* run `(jp1im state rm [^`]*)`$/s,
      `deliver to another path; or, if that secret needs the file no longer, run \`$1 --state FOLDER\`, ${FOLDER}`,
    ],
  ],
  "policy-refused": [
    [/managers\.\S+\.policy\.protect/, "`policy.protect` of the provider block"],
    [
      /managers\.\S+\.policy\.max(Deletes|Rotations) to (\d+)/,
      (_, what = "", count = "") => `${budget(what, ` = "${count}"`)} in the provider block`,
    ],
    [/(in|from) the desired state/, "$1 the configuration"],
  ],
  "other-manager": [[/^.*`jp1im import (\S+) --same-manager`.*$/s, otherManager]],
  "secret-kept": [
    [/hand in that key/, "set `state_key` in the provider block to that key"],
    [/`(jp1im state rm [^`]*)`(.*)$/s, `\`$1 --state FOLDER\`$2, ${FOLDER}`],
  ],
  "unknown-manager": [
    [
      /^run `(jp1im state mv (\S+) [^`]*)`, or .*$/s,
      `keep \`name = "$2"\` in the provider block; or run \`$1 --state FOLDER\`, ${FOLDER}, and nothing is issued or written again`,
    ],
  ],
  "wrong-type": [[/, or remove the key$/, ""]],
  "state-locked": [[/with --lock-timeout/, "with `lock_timeout` in the provider block"]],
  "state-unwritable": [[/with --state/, "as `state` in the provider block"]],
  "state-unreadable": [
    [
      /as with --state (.*), or leave --state out/,
      "$1, as `state` in the provider block, or leave `state` out",
    ],
  ],
  "generation-lowered": [[/`generation: (\d+)`/g, "`generation = $1`"]],
  "host-mismatch": [
    [/`host: ([^`]*)`/, (_, host = "") => `\`host = ${hclText(host)}\``],
    [/managers\.\S+\.host/, "`issue_on.host`"],
    [/`url` of [^,]*/, "`issue_on.url`"],
    [/a source in the place of `issueOn`/, "`initial_secret_wo` instead of `issue_on`"],
  ],
  "literal-secret": [
    [
      /^move it to a source, .*/,
      'move it to a source, such as `{ env = "NAME" }` or `{ file = "PATH" }`, and change it',
    ],
  ],
  "manager-tls": [
    [
      /, and `tls\.ca`, `tls\.cert` and `tls\.key`/,
      '; `tls = { ca = "FILE.pem" }` in the provider block trusts an authority of your own, or a certificate that signs itself; `tls.cert` and `tls.key` are what mutual TLS needs',
    ],
  ],
  "missing-key": [[/add `host` with the host name/, "set `host` in the provider block to the host name"]],
  "manager-timeout": [
    [/if it is only slow, run again/, "if it is only slow, raise `timeout` in the provider block"],
  ],
  "manager-failed": [
    [/that the initial secret is its current one/, currentSecret],
    [/`--parallelism`/, "`parallelism` of the provider block"],
  ],
  "no-state": [
    [
      /^.*$/s,
      "if the manager was applied with another state, name its folder as `state` in the provider block; if the state was lost, restore a backup of it; otherwise an `import` block for each resource records what exists, and sends nothing that writes",
    ],
  ],
};

/** Replacements for all codes. */
const everywhere: readonly Rule[] = [
  [/`jp1im get agents[^`]*`/, "the data source `jp1im_agents`"],
  [/`managerHost`/, "`manager_host`"],
  [/(the user and the password): `auth` takes them/, "$1, which `user` and `password` take"],
  [/set `proxy: none`/, '`proxy = "none"` goes without it'],
  [
    /a relative path starts from the folder of the file that names it/,
    "a relative path starts from the working folder",
  ],
  [
    /provide the key that it was written under; if that is lost, `jp1im apply --new-state` writes the values again/,
    `${FORMER_KEY}, an apply writes the values of agents once more under the new key, and issues nothing again`,
  ],
  [
    /hand in (the key that the state was written under, for every run): set JP1IM_STATE_KEY, or copy [^;]*; (.*; )?if the key is lost, run `jp1im apply --new-state` once with the new one/s,
    `set \`state_key\` in the provider block, or JP1IM_STATE_KEY, to $1; $2if the key is lost, ${NEW_STATE}`,
  ],
  [/give a local folder, --state PATH or/, "give `state` in the provider block a local folder, PATH or"],
  [/keep the state elsewhere: --state PATH/, "keep the state elsewhere, with `state` in the provider block"],
  [
    /check --state; the first `jp1im apply` or `jp1im import` that writes makes it/,
    "check `state` in the provider block; the first apply or import makes it",
  ],
  [/, --state (?=git\+|https:|file:|postgres)/g, ", "],
  [/ --state (?=git\+|https:|file:|postgres)/g, " "],
];

/** Summaries of the command line that say "here" for a place that Terraform does not show. */
const summaries: Partial<Readonly<Record<DiagnosticCode, string>>> = {
  "literal-secret": "`password_source` holds a secret in clear text",
};

/** A key of the YAML in a summary. */
const BUDGET = /\bpolicy\.max(Deletes|Rotations)\b/g;

/** A position in the document that the provider generates. */
const PLACE = /(?:[,;] \S+(?: is)?)? at <stdin>:\d+:\d+| \(<stdin>:\d+:\d+\)/g;

/** Replaces the names of types: YAML's mapping is Terraform's object. */
function typesOf(code: DiagnosticCode, text: string): string {
  if (code !== "wrong-type") return text;
  return text
    .replace(/\ba mapping\b/g, "an object")
    .replace(/\ba text\b/g, "a string")
    .replace(/`(\{ [^`]* \})`/g, (_, flow) => `\`${hclOfFlow(flow)}\``);
}

/** Rewords a diagnostic that names command-line options or YAML keys, which Terraform does not have. */
export function inTerraform(diagnostic: Diagnostic, attribute: readonly unknown[] = []): Diagnostic {
  const { code, remedy } = diagnostic;
  const summary = summaries[code] ?? diagnostic.summary;
  const login =
    attribute[0] === "issue_on"
      ? "`issue_on.user` and `issue_on.password_source`"
      : "`user` and `password` or `password_source` of the provider block (JP1IM_USER and JP1IM_PASSWORD)";
  const translated = (text: string) =>
    [...(rules[code] ?? []), ...everywhere]
      // `String.replace` has no types for the matched groups that it passes to the function.
      .reduce((now, [ours, theirs]) => now.replace(ours, theirs as string), text.replace(PLACE, ""))
      .replace("$LOGIN", () => login);
  return {
    ...diagnostic,
    summary: typesOf(
      code,
      summary.replace(PLACE, "").replace(BUDGET, (_, what) => budget(what)),
    ),
    remedy: remedy === undefined ? undefined : typesOf(code, translated(remedy)),
  };
}

/** `word` is the address, quoted for a shell. */
function importing(_: string, __: string, word = ""): string {
  const address = word.replace(/^'(.*)'$/s, "$1").replaceAll("'\\''", "'");
  return `an \`import\` block with \`id = ${hclText(address)}\`, or \`terraform import jp1im_client.NAME ${word}\`, takes it over as it is (if another state has it, set \`state\` in the provider block to the place of that state)`;
}

function budget(what: string, value = ""): string {
  return `\`policy.max_${what.toLowerCase()}${value}\``;
}

/** Removes commands that need a file with the manager, which users of the provider do not have. */
function otherManager(_: string, name = ""): string {
  const forget = `\`jp1im state rm ${name} --state FOLDER\``;
  return [
    "correct `url` (JP1IM_URL) and `host` of the provider block",
    "if it is another manager, give it another `name` in the provider block, and resources of its own",
    `if it is the same one at another address, or one that replaced it, ${forget} forgets what the former address had, ${FOLDER}: import its clients, or the next apply refuses them; it writes every agent's secrets once more`,
  ].join("; ");
}

function currentSecret(text: string): string {
  return `${text}; with \`issue_on\`, that \`issue_on.url\` is the address of this very lower manager, as the secret of another one is refused`;
}
