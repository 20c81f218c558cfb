const HARMLESS = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes one word so that a POSIX shell reads it back unchanged. */
export function shellWord(text: string): string {
  return HARMLESS.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command that a person may paste into a shell, with each word quoted as needed. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/**
 * A command of this tool as messages name it, in backticks. The command line later adds the `-f` and `--state` of its
 * run.
 *
 * @example suggest("import", "tokyo/client/night shift") // `jp1im import 'tokyo/client/night shift'`
 */
export function suggest(...words: readonly string[]): string {
  return `\`${shellCommand("jp1im", ...words)}\``;
}

/** A remedy for any file, with the quoted name of one in place of its word FILE. */
export function remedyForFile(remedy: string, path: string): string {
  return remedy.replaceAll(/\bFILE\b/g, () => shellWord(path));
}
