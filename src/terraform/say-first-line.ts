/** The time that Terraform may need to read a line. If the process ends earlier, Terraform reports only the end. */
const READING_MS = 1000;

/**
 * Ends a process that cannot serve. Terraform shows the first line of a plugin that is not a handshake, but not its
 * stderr.
 */
export function sayFirstLine(why: string): void {
  process.exitCode = 1;
  process.stdout.write(`${why}\n`, () => setTimeout(() => {}, READING_MS));
}
