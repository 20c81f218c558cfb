const LABEL = /"(?:[\p{L}\p{N} .,/()…-]|#\d+;|<br\/>)*"/u.source;
const MERMAID_LINE = new RegExp(
  `^(flowchart LR|  n\\d+(\\[\\[|\\[|\\(\\[|\\(|\\{\\{|>)${LABEL}(\\]\\]|\\]\\)|\\]|\\)|\\}\\})(:::[a-z]+)?|  n\\d+ --> n\\d+|  classDef [a-z]+ [#a-z0-9:, -]+)$`,
  "u",
);
const DOT_LINE =
  /^(digraph jp1im \{|\}| {2}rankdir=LR;| {2}node \[[^\]]*\];| {2}n\d+ \[label="(?:[^"\\\n]|\\["\\n])*", shape=[a-z0-9]+(, (style|fillcolor|color)="[#a-z0-9,]+")*\];| {2}n\d+ -> n\d+;)$/;

/** Lines of a Mermaid text in which a name is more than a label; empty for a sound one. */
export function mermaidFaults(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => !MERMAID_LINE.test(line));
}

/** The same for DOT. */
export function dotFaults(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => !DOT_LINE.test(line));
}
