import { parseState } from "../../src/library/inputs/state-settings";
import type { DesiredState } from "../../src/model/desired-state";
import { WatchedState } from "../../src/watch/watched-state";
import { HOME } from "../rig/rig";
import { refusalOf } from "../rig/tokyo";
import { StateServerStandIn } from "../state/state-server";
import { bothRig } from "./watched";

const desiredWith = (state?: string): DesiredState => ({
  managers: new Map(),
  inputs: [],
  ...(state !== undefined && { state: parseState(state, HOME) }),
});

async function stateOf(mode: "apply" | "drift") {
  const rig = await bothRig();
  return { rig, state: new WatchedState({ files: ["jp1im.yaml"], mode }, rig.platform()) };
}

test("it is opened once, and again with another schedule when it is elsewhere", async () => {
  const { state } = await stateOf("drift");
  const one = await state.of(desiredWith("one"));
  expect(await state.of(desiredWith("one"))).toBe(one);
  expect((await state.of(desiredWith("other"))).schedule).not.toBe(one.schedule);
});

test("a state that is in no database is opened by each cycle for itself", async () => {
  const { state } = await stateOf("drift");
  expect((await state.of(desiredWith())).place).toBeUndefined();
  expect((await state.of(desiredWith("elsewhere"))).place).toBeUndefined();
});

test("a watch that applies has a key at each place before the first cycle, and one that compares makes none", async () => {
  const applies = await stateOf("apply");
  await applies.state.of(desiredWith("one"));
  await applies.state.of(desiredWith("other"));
  expect([applies.rig.read("one/state.key"), applies.rig.read("other/state.key")]).toEqual([
    expect.any(String),
    expect.any(String),
  ]);
  const compares = await stateOf("drift");
  await compares.state.of(desiredWith("one"));
  expect(compares.rig.read("one/state.key")).toBeUndefined();
});

test("a watch that applies makes no key for a new state on a server, where each replica would make its own", async () => {
  const rig = await bothRig();
  const transport = new StateServerStandIn("plain", "ops", "s3cret");
  Object.assign(rig.env, { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" });
  const platform = () => ({ ...rig.platform(), stateTransport: () => transport.transport() });
  const opening = (mode: "apply" | "drift") =>
    new WatchedState({ files: ["jp1im.yaml"], mode }, platform()).of(desiredWith("https://s.test/{manager}"));
  expect(await refusalOf(opening("apply"))).toMatchObject({
    code: "state-key",
    remedy: expect.stringContaining("export JP1IM_STATE_KEY=$(openssl rand -base64 32)"),
  });
  expect((await opening("drift")).place).toBeUndefined();
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, 1).toString("base64");
  expect((await opening("apply")).warnings).toEqual([]);
});

test("a state that could not be opened is opened by the next call", async () => {
  const { rig, state } = await stateOf("apply");
  await rig.write("one", "a file");
  await refusalOf(state.of(desiredWith("one")));
  await rig.remove("one");
  expect(await state.of(desiredWith("one"))).toMatchObject({ warnings: [{ code: "state-key" }] });
});
