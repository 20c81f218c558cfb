/** The public library: what the CLI does, without process, console or exit codes. */
export * from "./model/address";
export * from "./model/desired-state";
export * from "./model/diagnostic";
export * from "./model/diagnostic-codes";
export * from "./model/outcome";
export * from "./model/plan";
export { SecretValue } from "./model/secret-value";
