/** The remedies if a copy must not be put in a place, as commands to paste. */
import { shellWord, suggest } from "../model/shell-command";

/** The origin of a copy, as a command names it. */
export type CopyOrigin = PushedCopy | MigratedState;

interface MigratedState {
  /** The place that is migrated. */
  readonly from: string;
  /** The same, for somebody in another folder. */
  readonly fromAnywhere?: string | undefined;
}

interface PushedCopy {
  readonly file: string;
  /** The same, for somebody in another folder. */
  readonly fromAnywhere?: string | undefined;
  /** The managers whose parts are put; all if it is absent. */
  readonly only?: readonly string[];
}

/** Whether somebody named the parts that are put. */
export function isPartOnly(origin: CopyOrigin): boolean {
  return !("from" in origin) && scope(origin).length > 0;
}

/** The command that puts the copy, without its target. */
export function sameCommand(origin: CopyOrigin, force: boolean): readonly string[] {
  if ("from" in origin) return ["state", "migrate", origin.fromAnywhere ?? origin.from];
  const file = origin.fromAnywhere ?? fileOf(origin);
  return ["state", "push", ...(force ? ["--force"] : []), ...scope(origin), file];
}

/** A relative folder, so that the suggested command works unchanged. */
const EMPTY = "rekeyed";
const PULLED = "copy.json";

/**
 * The remedy if the existing part is newer, or different with the same serial. `isOtherKey`: the copy is under another
 * key than the state, which has a remedy of its own.
 */
export function remedyForOverwriting(origin: CopyOrigin, manager: string, isOtherKey: boolean): string {
  if (isOtherKey) return remedyUnderOtherKey(origin, manager);
  return "from" in origin
    ? `keep what is there; or, where the part in ${origin.from} is certainly the better one: ${pulled(origin.from)}, and then ${push(PULLED, ["--force", "--manager", manager])}`
    : "keep what is there, and name the other managers with --manager; or, where the copy is certainly the better one, add --force";
}

function remedyUnderOtherKey(origin: CopyOrigin, manager: string): string {
  const rekeyed = "give the copy the present key, as the remedy of `state-key` says";
  const better =
    "from" in origin
      ? `where the part in ${origin.from} is certainly the better one, ${rekeyed}, and put it there with ${pulled(EMPTY)}, and then ${push(PULLED, ["--force", "--manager", manager])}, in the place of the last command`
      : `where the copy is certainly the better one, ${rekeyed}, and add --force to the last command`;
  return `keep what is there; or, ${better}`;
}

/** The remedy if the state is under another key. `canReplace`: the copy's key may replace the state's key. */
export function keyRemedy(origin: CopyOrigin, force: boolean, canReplace: boolean): string {
  const [there, back] = throughEmptyPlace(origin, force);
  const rekey = `\`JP1IM_STATE_KEY=$(cat FORMER) JP1IM_NEW_STATE_KEY=$(cat PRESENT) jp1im state rekey --state ${EMPTY}\``;
  const replace = canReplace
    ? `; or, where its own key is to be the state's again, ${replacing(origin)}`
    : "";
  return `give the copy the present key in an empty place: ${there}; then ${rekey}, where FORMER is a file with the copy's key (\`state.key.old-…\`, unless it is kept elsewhere) and PRESENT one with the present key (a rekey needs the desired state, so run it where that is, or name it with \`-f\`); then ${back}${replace}`;
}

function throughEmptyPlace(origin: CopyOrigin, force: boolean): readonly [string, string] {
  if ("from" in origin)
    return [
      `\`jp1im state migrate --state ${EMPTY} ${shellWord(origin.from)}\``,
      `\`jp1im state migrate ${EMPTY}\``,
    ];
  const only = scope(origin);
  return [
    push(fileOf(origin), ["--state", EMPTY, ...only]),
    `\`jp1im state pull --state ${EMPTY} > ${EMPTY}.json\`, and ${push(`${EMPTY}.json`, [...(force ? ["--force"] : []), ...only])}`,
  ];
}

function replacing(origin: CopyOrigin): string {
  return "from" in origin ? `${pulled(origin.from)}, and then ${push(PULLED, ["--force"])}` : "add --force";
}

function pulled(from: string): string {
  return `\`jp1im state pull --state ${shellWord(from)} > ${PULLED}\``;
}

function push(file: string, options: readonly string[]): string {
  return suggest("state", "push", ...options, file);
}

function scope({ only = [] }: PushedCopy): readonly string[] {
  return only.flatMap((manager) => ["--manager", manager]);
}

/** Standard input can be read only once. */
function fileOf({ file }: PushedCopy): string {
  return file === "-" ? "BACKUP" : file;
}
