import {
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
  everyNode,
} from "./completion-tree";

/** A completion script for fish: one line per command, option and argument. */
export function fishScript(program: CompletionNode): string {
  const lines = everyNode(program).flatMap(nodeLines);
  return `# fish completion of jp1im. Save it as ~/.config/fish/completions/jp1im.fish
function __jp1im_at
    # Whether the words so far lead to exactly the command given, options left out.
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- $word ${allNames(program).join(" ")}
            set -a path $word
        end
    end
    test "$path" = "$argv"
end
function __jp1im_names
    # Names of a kind, from the files and the state of this command line.
    set -l current (commandline -ct | string replace -r -- '^--[^=]*=' '')
    jp1im completion fish $argv[1] -- (commandline -opc) "$current" 2>/dev/null </dev/null
end
complete -c jp1im -f
${lines.join("\n")}
`;
}

function allNames(program: CompletionNode): readonly string[] {
  return [
    ...new Set(
      everyNode(program)
        .slice(1)
        .map(({ name }) => name),
    ),
  ];
}

function nodeLines(node: CompletionNode): readonly string[] {
  const at = `complete -c jp1im -n ${quote(["__jp1im_at", ...node.path].join(" "))}`;
  const commands = node.commands.map(({ name, summary }) => `${at} -a ${quote(name)} -d ${quote(summary)}`);
  const options = node.options.map((option) => `${at} ${optionText(option)}`);
  const positional = node.arguments.flatMap((value) => {
    const words = wordsOf(value);
    if (words !== undefined) return [`${at} -a ${quote(words)}`];
    return value.names === "files" ? [`${at} -F`] : [];
  });
  return [...commands, ...options, ...positional];
}

function optionText({ flags, summary, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : [takes(value)]), `-d ${quote(summary)}`].join(" ");
}

function takes(value: CompletionValue): string {
  if (value.names === "files") return "-r -F";
  const words = wordsOf(value);
  return words === undefined ? "-x" : `-x -a ${quote(words)}`;
}

/** The completions in fish's syntax: words, or a call that prints them. */
function wordsOf({ choices, names }: CompletionValue): string | undefined {
  if (choices.length > 0) return choices.join(" ");
  return names === undefined || names === "files" ? undefined : `(__jp1im_names ${names})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
