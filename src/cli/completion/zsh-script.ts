import {
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
  everyNode,
} from "./completion-tree";

/** A completion script for zsh's completion system: a function per command. */
export function zshScript(program: CompletionNode): string {
  const functions = everyNode(program).map(functionText).join("\n\n");
  return `#compdef jp1im
# zsh completion of jp1im. Save it as _jp1im in a folder of fpath.

${functions}

# Names of a kind, from the files and the state of this command line.
_jp1im_names() {
  local -a names
  names=( \${(f)"$(jp1im completion zsh $1 -- "\${(@)words[1,CURRENT-1]}" "$compstate[quote]$PREFIX" 2>/dev/null </dev/null)"} )
  # After a place, its names follow.
  compadd -S '' -- "\${(@M)names:#*/}"
  compadd -- "\${(@)names:#*/}"
}

if [[ $funcstack[1] == _jp1im ]]; then
  _jp1im "$@"
else
  compdef _jp1im jp1im
fi
`;
}

function functionText(node: CompletionNode): string {
  const specs = node.options.flatMap(optionSpecs);
  if (node.commands.length > 0) return groupText(node, specs);
  const positional = node.arguments.map((value, index) => {
    const place = value.repeatable ? "*:" : `${index + 1}:`;
    return quote(`${place}${escapeSpec(value.name)}:${action(value)}`);
  });
  return `${functionName(node)}() {
  _arguments -s \\
    ${[...specs, ...positional].join(" \\\n    ")}
}`;
}

function groupText(node: CompletionNode, specs: readonly string[]): string {
  const commands = node.commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join("\n");
  const cases = node.commands.map((child) => `        ${child.name}) ${functionName(child)} ;;`).join("\n");
  return `${functionName(node)}() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${commands}
  )
  _arguments -C \\
    ${[...specs, "'1: :->command'", "'*:: :->rest'"].join(" \\\n    ")}
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${cases}
      esac ;;
  esac
}`;
}

function functionName({ path }: CompletionNode): string {
  return ["_jp1im", ...path].join("_");
}

/** One specification per flag; \`-f\` and \`--file\` exclude each other unless they may be repeated. */
function optionSpecs({ flags, summary, repeatable, value }: CompletionOption): readonly string[] {
  const prefix = repeatable ? "*" : `(${flags.join(" ")})`;
  return flags.map((flag) => {
    const takes = value === undefined ? "" : `:${escapeSpec(value.name)}:${action(value)}`;
    const joint = value !== undefined && flag.startsWith("--") ? "=" : "";
    return quote(`${prefix}${flag}${joint}[${escapeSpec(summary)}]${takes}`);
  });
}

function action({ choices, names }: CompletionValue): string {
  if (choices.length > 0) return `(${choices.join(" ")})`;
  if (names === undefined) return " ";
  // The blank drops the arguments that _arguments would pass on to compadd.
  return names === "files" ? "_files" : ` _jp1im_names ${names}`;
}

/** Escapes colons and brackets, which would end their part of a specification. */
function escapeSpec(text: string): string {
  return text.replace(/[:[\]\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
