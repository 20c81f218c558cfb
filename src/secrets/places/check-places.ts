/** Two secrets must not share one place, and no secret may replace a file that something else needs. */

import { issuesOf } from "../../model/declared";
import { filesOfEnvironment, filesRead, sourcesRead } from "./files-read";
import { PlaceCheck, type PlaceCheckContext, type PlaceFault, type PlacesToCheck } from "./place-check";

/** Every place that two secrets would share, or that belongs to something else. Writes nothing. */
export async function checkPlaces(
  places: PlacesToCheck,
  context: PlaceCheckContext,
): Promise<readonly PlaceFault[]> {
  const { faults } = await checkAll(places, context);
  return faults;
}

/**
 * Why a plan or a report must not be saved at an absolute path, as the rest of a sentence: `is the audit trail`.
 * `undefined` if nothing else needs the file. Writes nothing.
 */
export async function ownerOfFile(
  path: string,
  places: PlacesToCheck,
  context: PlaceCheckContext,
): Promise<string | undefined> {
  const check = await checkAll(places, context);
  return check.ownerOf(path);
}

async function checkAll(places: PlacesToCheck, context: PlaceCheckContext): Promise<PlaceCheck> {
  const { managers } = places;
  const check = new PlaceCheck(context, places);
  for (const path of places.inputs) await check.addFile({ path, is: "a file of the desired state" });
  for (const file of filesOfEnvironment(context)) await check.addFile(file);
  for (const file of [...filesRead(places), ...(places.others ?? [])]) await check.addFile(file);
  for (const source of sourcesRead(places)) check.addSource(source);
  for (const { address, id, declared } of managers.flatMap(issuesOf)) {
    const { deliverTo, position } = declared;
    await check.addSinks({ address, id, deliverTo, position });
  }
  check.checkNesting();
  return check;
}
