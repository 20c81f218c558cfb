import { type CompletionNode, type CompletionValue, everyNode } from "./completion-tree";

/** A completion script for bash 3.2 and later: no bash-completion package is needed. */
export function bashScript(program: CompletionNode): string {
  const nodes = everyNode(program);
  return `# bash completion of jp1im. Load it with: source <(jp1im completion bash)
_jp1im() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" path="" word skip="" index
  COMPREPLY=()
  if (( COMP_CWORD > 0 )); then previous="\${COMP_WORDS[COMP_CWORD - 1]}"; fi
  # bash takes = for a word of its own: --output=json arrives as three.
  if [[ $current == "=" ]]; then current=""; fi
  if [[ $previous == "=" ]] && (( COMP_CWORD > 1 )); then previous="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for (( index = 1; index < COMP_CWORD; index++ )); do
    word="\${COMP_WORDS[index]}"
    if [[ -n $skip ]]; then if [[ $word != "=" ]]; then skip=""; fi; continue; fi
    case "$path $word" in
${commandCases(nodes)}
      *)
        case "$word" in
          ${valueFlags(nodes).join("|")}) skip=1 ;;
        esac ;;
    esac
  done
  case "$path:$previous" in
${valueCases(nodes)}
  esac
  case "$path" in
${wordCases(nodes)}
  esac
}
# bash 4 completes files itself, and gets blanks and folders right; bash 3.2 is given the names.
_jp1im_files() {
  compopt -o default 2>/dev/null || COMPREPLY=( $(compgen -f -- "$1") )
}
complete -F _jp1im jp1im
`;
}

const FILES = '_jp1im_files "$current"';

function commandCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter(({ path }) => path.length > 0)
    .map(
      ({ path }) =>
        `      ${quote(pathText(path.slice(0, -1), path.at(-1)))}) path=${quote(pathText(path))} ;;`,
    )
    .join("\n");
}

/** \`path\` in the script: each word with a space before it, so that the program's own is empty. */
function pathText(path: readonly string[], next?: string): string {
  return [...path, ...(next === undefined ? [] : [next])].map((word) => ` ${word}`).join("");
}

function valueFlags(nodes: readonly CompletionNode[]): readonly string[] {
  const flags = nodes.flatMap(({ options }) =>
    options.filter(({ value }) => value).flatMap((option) => option.flags),
  );
  return [...new Set(flags)].sort();
}

function valueCases(nodes: readonly CompletionNode[]): string {
  const cases = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [
            `    ${flags.map((flag) => quote(`${pathText(path)}:${flag}`)).join("|")}) ${reply(value)}; return ;;`,
          ],
    ),
  );
  return cases.join("\n");
}

function wordCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .map((node) => {
      const flags = node.options.flatMap((option) => option.flags);
      const words = [
        ...node.commands.map(({ name }) => name),
        ...node.arguments.flatMap(({ choices }) => choices),
      ];
      const files = node.arguments.some(({ path }) => path);
      const rest = files ? FILES : generate(words);
      return `    ${quote(pathText(node.path))})
      if [[ $current == -* ]]; then ${generate(flags)}
      else ${rest}; fi ;;`;
    })
    .join("\n");
}

function reply({ choices, path }: CompletionValue): string {
  return path ? FILES : generate(choices);
}

function generate(words: readonly string[]): string {
  return words.length === 0 ? ":" : `COMPREPLY=( $(compgen -W ${quote(words.join(" "))} -- "$current") )`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
