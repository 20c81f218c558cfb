import { type CompletionNode, type CompletionValue, everyNode } from "./completion-tree";

/** A completion script for bash 3.2 and later: no bash-completion package is needed. */
export function bashScript(program: CompletionNode): string {
  const nodes = everyNode(program);
  return `# bash completion of jp1im. Load it with: source <(jp1im completion bash)
_jp1im() {
  # What readline replaces by a reply; without it, as where this is called by hand, the last word.
  local typed="\${2-\${COMP_WORDS[COMP_CWORD]#[\\"\\'=:@]}}"
  local current previous="" path="" word skip="" index
  local -a words
  COMPREPLY=()
  _jp1im_words
  index=$(( \${#words[@]} - 1 ))
  current="\${words[index]}"
  unset "words[index]"
  if [[ $current == --*=* ]]; then previous="\${current%%=*}" current="\${current#*=}"
  elif (( index > 0 )); then previous="\${words[index - 1]}"; fi
  for word in "\${words[@]:1}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
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
# The words up to the cursor as the shell takes them. In COMP_WORDS a colon or an equals sign is a word of its own: what stands
# together in the line is put together again.
_jp1im_words() {
  local line="\${COMP_LINE:0:\${COMP_POINT:-\${#COMP_LINE}}}" rest word last joined
  rest="$line"
  words=()
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
    last=$(( \${#words[@]} - 1 )) joined=""
    if (( last < 0 )); then joined=""
    elif [[ -z $line ]]; then if [[ $word == "=" || \${words[last]} == --*= ]]; then joined=1; fi
    elif [[ $rest != [[:space:]]* ]]; then joined=1; fi
    rest="\${rest#"\${rest%%[![:space:]]*}"}"
    # The cursor is in the midst of the last one.
    if [[ -n $line && $word == "$rest"* ]]; then word="$rest"; fi
    rest="\${rest#"$word"}"
    if [[ -n $joined ]]; then words[last]+="$word"; else words+=("$word"); fi
  done
}
# Names of a kind, from the files and the state of this command line. Each answer goes on where the cursor is.
_jp1im_names() {
  local rest
  while IFS= read -r rest; do
    COMPREPLY+=("$typed$rest")
  done < <(jp1im completion bash "$1" -- "\${words[@]}" "$current" 2>/dev/null </dev/null)
  # After a place, its names follow.
  if (( \${#COMPREPLY[@]} == 1 )) && [[ \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
# bash 4 completes files itself, and gets blanks and folders right; bash 3.2 is given the names.
_jp1im_files() {
  compopt -o default 2>/dev/null || COMPREPLY=( $(compgen -f -- "$1") )
}
complete -F _jp1im jp1im
`;
}

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
            `    ${flags.map((flag) => quote(`${pathText(path)}:${flag}`)).join("|")}) ${reply([value])}; return ;;`,
          ],
    ),
  );
  return cases.join("\n");
}

function wordCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .map((node) => {
      const flags = node.options.flatMap((option) => option.flags);
      const commands = { name: "command", choices: node.commands.map(({ name }) => name) };
      return `    ${quote(pathText(node.path))})
      if [[ $current == -* ]]; then ${generate(flags)}
      else ${reply([commands, ...node.arguments])}; fi ;;`;
    })
    .join("\n");
}

/** The completions at one place, for all values that are possible there. */
function reply(values: readonly CompletionValue[]): string {
  const kinds = [...new Set(values.map(({ names }) => names))];
  const named = kinds.flatMap((kind) =>
    kind === undefined ? [] : [kind === "files" ? '_jp1im_files "$current"' : `_jp1im_names ${kind}`],
  );
  const choices = values.flatMap((value) => value.choices);
  return choices.length > 0 || named.length === 0 ? generate(choices) : named.join("; ");
}

function generate(words: readonly string[]): string {
  return words.length === 0 ? ":" : `COMPREPLY=( $(compgen -W ${quote(words.join(" "))} -- "$current") )`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
