/** How long Terraform may take to read a line: it reports only that the plugin has ended where that is faster. */
const READING_MS = 1000;

/** Ends a process that cannot serve: Terraform shows the first line of a plugin that is no handshake, and nothing of its stderr. */
export function sayFirstLine(why: string): void {
  process.exitCode = 1;
  process.stdout.write(`${why}\n`, () => setTimeout(() => {}, READING_MS));
}
