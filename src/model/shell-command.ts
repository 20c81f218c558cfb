const HARMLESS = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word as a POSIX shell takes it back unchanged. */
export function shellWord(text: string): string {
  return HARMLESS.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command that a person may paste into a shell: each word as one word, whatever is in it. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/**
 * A command of this tool as messages name it, in backticks. The command line adds the `-f` and `--state` of its own run
 * to it, which nothing below knows.
 *
 * @example suggest("import", "tokyo/client/night shift") // `jp1im import 'tokyo/client/night shift'`
 */
export function suggest(...words: readonly string[]): string {
  return `\`${shellCommand("jp1im", ...words)}\``;
}
