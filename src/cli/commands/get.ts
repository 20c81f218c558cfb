import { Argument, type Command } from "commander";
import type { Listing } from "../../index";
import { type ListedKind, listedKinds } from "../../model/listing";
import { chunked } from "../../platform/chunked";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfListing } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import { getFilterOptions, getOutputOptions } from "../options/get-options";
import { inputOptions, parallelismOption, stateOption } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface GetFlags extends InputFlags {
  readonly manager?: readonly string[];
  readonly match?: string;
  readonly managerHost?: string;
  readonly os?: string;
  readonly addon?: readonly string[];
  readonly parallelism?: number;
}

export function getCommand(session: Session): Command {
  return defineCommand("get", {
    summary: "list what the managers have now, and what of it is declared or owned",
    about:
      "Managers and state are only read, without the lock. No manager shows a secret's value, so that names are all there is.",
    examples: [
      ["jp1im get agents --match 'web*' --os linux", "the agents that such a selector would match"],
      ["jp1im get secrets --manager tokyo --output wide", "every key, with its address"],
      ["jp1im get clients --output name", "addresses alone, as --target takes them"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...getFilterOptions(),
      parallelismOption(),
      ...getOutputOptions(),
    ],
  })
    .addArgument(new Argument("<kind>", "what to list").choices(listedKinds))
    .action(async (kind: ListedKind, flags: GetFlags) => {
      session.exitCode = await runCommand(session, { name: "get" }, flags, (context) =>
        list(context, kind, flags),
      );
    });
}

async function list(context: CommandContext, kind: ListedKind, flags: GetFlags): Promise<CommandResult> {
  const { manager, match, managerHost, os, addon, parallelism } = flags;
  const library = await context.library();
  const filters = { match, managerHost, os, addons: addon };
  const listing = await library.getResources(
    { ...inputsOf(flags, context.io.cwd), kind, managers: manager, ...filters, parallelism },
    context.platform(library),
  );
  context.keep({ listing });
  const { partialText } = await import("../../report/listing-text.js");
  if (!context.document) {
    await print(context, listing, flags.output);
    await context.tell(context.complete(partialText(listing)));
  }
  return { exitCode: exitCodeOfListing(listing) };
}

/** Prints in pieces: the list of a large fleet is long. */
async function print(
  context: CommandContext,
  listing: Listing,
  output: CommonFlags["output"],
): Promise<void> {
  const { listedNames, listingText } = await import("../../report/listing-text.js");
  const form = output === "wide" ? "wide" : "text";
  const lines = output === "name" ? listedNames(listing) : listingText(listing, form, context.paint);
  for (const piece of chunked(lines)) {
    if (context.io.stdout.closed) return;
    await context.print(piece);
  }
}
