import { isWithin } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { KeptEntry } from "../../model/state-listing";
import type { FileSystem } from "../../platform/file-system";
import { listKept, removeKeptFile } from "../../secrets/recovery";
import { openState } from "../../state/open-state";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { locateState } from "./locate-state";
import { type LockWait, lockOptions } from "./locked";

/** All that is kept; no key is needed to tell. */
export async function keptIn(folder: string, fileSystem: FileSystem): Promise<readonly KeptEntry[]> {
  return (await listKept(folder, fileSystem)).map(({ path, address, issuedAt }) => ({
    ...(address !== undefined && { address }),
    ...(issuedAt !== undefined && { issuedAt }),
    path,
  }));
}

/**
 * Removes kept secrets for good: those of each address, and of all below it. The state's records stay, so that what the
 * state waits for is issued anew by the next apply. Throws `nothing-matched`, and removes nothing, when nothing is kept of an
 * address.
 *
 * @example
 * const { removed } = await removeKept({ files: ["tokyo.yaml"] }, ["tokyo/client/old"], createPlatform());
 */
export async function removeKept(
  options: InputOptions & LockWait,
  addresses: readonly string[],
  platform: Platform,
): Promise<{ readonly removed: readonly string[] }> {
  const { fileSystem } = platform;
  const folder = await locateState(options, platform);
  const state = await openState({ ...lockOptions({ ...options, command: "state rm" }, platform), folder });
  try {
    const kept = await listKept(folder, fileSystem);
    const isOf = (place: string) => (each: { readonly address?: string }) =>
      each.address !== undefined && isWithin(each.address, place);
    const missing = addresses.filter((place) => !kept.some(isOf(place)));
    if (missing.length > 0) throw notKept(missing, folder);
    const chosen = kept.filter((each) => addresses.some((place) => isOf(place)(each)));
    for (const { path } of chosen) await removeKeptFile(fileSystem, path);
    return { removed: [...new Set(chosen.flatMap(({ address }) => address ?? []))].sort() };
  } finally {
    await state.close();
  }
}

function notKept(addresses: readonly string[], folder: string) {
  return failure({
    code: "nothing-matched",
    summary: `no secret of ${addresses.join(", ")} is kept in ${folder}`,
    remedy: "`jp1im state list` shows what is kept",
  });
}
