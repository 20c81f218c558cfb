/** The headings under which `--help` lists options. */
export const INPUT = "Input options:";
export const SCOPE = "Scope options:";
export const RUN = "Run options:";
export const OUTPUT = "Output options:";
