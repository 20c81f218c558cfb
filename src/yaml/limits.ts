/** Lexical tokens of one file: about 250,000 secrets, and two gigabytes of memory. */
export const MOST_TOKENS = 4_000_000;
/**
 * Characters of one text. No value of the format is nearly as long, and a text of eight million characters can
 * overflow the stack of a regular expression.
 */
export const LONGEST_TEXT = 1_000_000;
