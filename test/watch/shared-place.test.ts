import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseState } from "../../src/library/inputs/state-settings";
import type { DesiredState } from "../../src/model/desired-state";
import { SharedPlace } from "../../src/watch/shared-place";
import { HOME } from "../rig/rig";
import { refusalOf } from "../rig/tokyo";
import { bothRig } from "./watched";

const desiredWith = (state?: string): DesiredState => ({
  managers: new Map(),
  inputs: [],
  ...(state !== undefined && { state: parseState(state, HOME) }),
});
const options = { files: ["jp1im.yaml"] };

test("a state in a database is opened once, and anew when its settings change", async () => {
  const places = new SharedPlace(options, (await bothRig()).platform());
  const one = await places.of(desiredWith("postgres://db.example/one"));
  expect(await places.of(desiredWith("postgres://db.example/one"))).toBe(one);
  const other = await places.of(desiredWith("postgres://db.example/other"));
  expect([one?.location, other?.location]).toEqual([
    "postgres://db.example/one",
    "postgres://db.example/other",
  ]);
});

test("a state elsewhere is opened by each cycle for itself", async () => {
  const places = new SharedPlace(options, (await bothRig()).platform());
  expect(await places.of(desiredWith())).toBeUndefined();
  expect(await places.of(desiredWith("elsewhere"))).toBeUndefined();
});

test("a state that could not be opened is opened by the next cycle", async () => {
  const rig = await bothRig();
  const places = new SharedPlace(options, rig.platform());
  const desired = desiredWith("postgres://db.example/one?sslrootcert=ca.pem");
  await refusalOf(places.of(desired));
  await rig.write("ca.pem", readFileSync(join(__dirname, "../api/fixtures/ca.pem"), "utf8"));
  expect(await places.of(desired)).toMatchObject({
    location: "postgres://db.example/one?sslrootcert=ca.pem",
  });
});
