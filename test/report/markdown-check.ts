/**
 * What is wrong with a Markdown report: anything in it that is neither this tool's own words in a known place, nor
 * inside of code. Empty for a sound one. Line by line, as CommonMark and GitHub's tables read it.
 */
export function markdownFaults(text: string): string[] {
  const faults: string[] = [];
  if (text.length > 65_536) faults.push(`${text.length} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text))
    faults.push("controls");
  if (/\p{Cs}/u.test(text)) faults.push("half a character");
  let fence: string | undefined;
  let details = 0;
  let columns = 0;
  for (const line of text.split("\n")) {
    if (fence !== undefined) {
      if (/^ {0,3}`+\s*$/.test(line) && line.trim().length >= fence.length) fence = undefined;
      continue;
    }
    const opening = /^(`{3,})(diff|text)$/.exec(line)?.[1];
    if (opening !== undefined) {
      if (details !== 1) faults.push(`a block outside of a fold: ${line}`);
      fence = opening;
    } else if (/^<details( open)?><summary>[A-Z][A-Za-z ,]+( \([\d,]+\))?<\/summary>$/.test(line)) details++;
    else if (line === "</details>") details--;
    else if (line.startsWith("|")) {
      const cells = line.slice(2, -2).split(" | ");
      if (line.split("|").length !== cells.length + 2) faults.push(`a broken row: ${line}`);
      if (columns !== 0 && cells.length !== columns && !line.startsWith("| ---"))
        faults.push(`a row of its own: ${line}`);
      columns = line.startsWith("| ---") ? columns : cells.length;
      if (!isCodeSpan(cells[0] ?? "") && !OWN_CELL.test(cells[0] ?? "")) faults.push(`a cell: ${line}`);
    } else if (line.startsWith("**Note:** ")) {
      if (!isCodeSpan(line.slice("**Note:** ".length))) faults.push(`a note: ${line}`);
    } else if (!OWN_LINE.test(line)) faults.push(`a line: ${line}`);
  }
  if (fence !== undefined) faults.push("a block that is not closed");
  if (details !== 0) faults.push("a fold that is not closed");
  return faults;
}

const OWN_LINE =
  /^(### [A-Z][A-Za-z0-9 ,.;:']+|### jp1im[a-z -]*: [a-z ,']+|\*\*This run: [a-z ,']+\*\* \(exit code \d+\)|)$/;
const OWN_CELL = /^(manager|---|\*\*all\*\*|… and [\d,]+ more|\(empty\))$/;

/** Whether a text is one code span from end to end. */
function isCodeSpan(text: string): boolean {
  const fence = /^`+/.exec(text)?.[0] ?? "";
  if (fence === "" || text.length <= 2 * fence.length || !text.endsWith(fence)) return false;
  const inside = text.slice(fence.length, -fence.length);
  const runs = inside.match(/`+/g) ?? [];
  return !inside.startsWith("`") && !inside.endsWith("`") && runs.every((run) => run.length !== fence.length);
}
