import { type CompletionNode, type CompletionOption, everyNode } from "./completion-tree";

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
  const positional = node.arguments.flatMap(({ choices, path }) => {
    if (choices.length > 0) return [`${at} -a ${quote(choices.join(" "))}`];
    return path ? [`${at} -F`] : [];
  });
  return [...commands, ...options, ...positional];
}

function optionText({ flags, summary, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes =
    value === undefined
      ? []
      : value.choices.length > 0
        ? [`-x -a ${quote(value.choices.join(" "))}`]
        : [value.path ? "-r -F" : "-x"];
  return [...names, ...takes, `-d ${quote(summary)}`].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
