import { Argument } from "commander";
import type { Completable } from "../model/completable";

/** An argument that a shell completes: with names of a kind, or with files. */
export class NamedArgument extends Argument {
  constructor(
    name: string,
    description: string,
    readonly names: Completable | "files",
  ) {
    super(name, description);
  }
}
