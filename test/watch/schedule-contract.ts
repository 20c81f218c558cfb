import type { Schedule, Turn } from "../../src/watch/schedule";

const names = ["osaka", "tokyo"];
const FAR = 3_600_000;

/** What every schedule promises. `open` makes an empty one. */
export function scheduleContract(open: () => Promise<Schedule>): void {
  const scheduled = async () => {
    const schedule = await open();
    await schedule.add(names, FAR);
    return schedule;
  };
  const take = async (schedule: Schedule): Promise<Turn> => {
    const turn = await schedule.take(names);
    if (turn === undefined) throw new Error("no manager is due");
    return turn;
  };
  const later = (failures = 0) => ({ waitMs: FAR, failures });

  test("each new manager is due at once, and is taken by one at a time", async () => {
    const schedule = await scheduled();
    expect([(await take(schedule)).manager, (await take(schedule)).manager].sort()).toEqual(names);
    expect(await schedule.take(names)).toBeUndefined();
  });

  test("a manager that was given back comes again when it is due, with its failures", async () => {
    const schedule = await scheduled();
    await (await take(schedule)).giveBack({ waitMs: 0, failures: 2 });
    const [one, other] = [await take(schedule), await take(schedule)];
    expect([one.failures, other.failures].sort()).toEqual([0, 2]);
    await one.giveBack(later(3));
    await other.giveBack(later());
    expect(await schedule.take(names)).toBeUndefined();
    const { waitMs } = await schedule.nextDue(names);
    expect([waitMs > FAR / 2, waitMs <= FAR]).toEqual([true, true]);
  });

  test("adding a manager again leaves its time alone", async () => {
    const schedule = await scheduled();
    await (await take(schedule)).giveBack(later());
    await (await take(schedule)).giveBack(later());
    await schedule.add([...names, "nagoya"], 2 * FAR);
    expect(await schedule.take(names)).toBeUndefined();
    expect(await schedule.take([...names, "nagoya"])).toMatchObject({ manager: "nagoya" });
  });

  test("adding a manager again brings it forward where its time is further away than is asked for", async () => {
    const schedule = await scheduled();
    const held = await take(schedule);
    await (await take(schedule)).giveBack(later(2));
    await schedule.add(names, 0);
    expect(await take(schedule)).toMatchObject({ failures: 2 });
    expect(await schedule.take(names)).toBeUndefined();
    await held.giveBack(later());
    expect(await schedule.take(names)).toBeUndefined();
  });

  test("a manager that is made due during a turn is due again after it", async () => {
    const schedule = await scheduled();
    const held = await take(schedule);
    await (await take(schedule)).giveBack(later(3));
    await schedule.makeDue(names);
    const other = await take(schedule);
    expect(other.manager).not.toBe(held.manager);
    expect(await schedule.take(names)).toBeUndefined();
    await held.giveBack(later(2));
    expect([other, await take(schedule)].map(({ failures }) => failures)).toEqual([0, 0]);
  });

  test("adding a manager again without a time leaves everything as it is", async () => {
    const schedule = await scheduled();
    await (await take(schedule)).giveBack(later(2));
    await (await take(schedule)).giveBack(later(2));
    await schedule.add(names);
    expect((await schedule.nextDue(names)).waitMs).toBeGreaterThan(FAR / 2);
  });

  test("a manager is taken before it is due where that is asked for, with its failures, and never while somebody has it", async () => {
    const schedule = await scheduled();
    const held = await take(schedule);
    await (await take(schedule)).giveBack(later(2));
    expect(await schedule.take(names, "any-time")).toMatchObject({ failures: 2 });
    expect(await schedule.take(names, "any-time")).toBeUndefined();
    await held.giveBack(later());
    expect(await schedule.take(names)).toBeUndefined();
    expect(await schedule.take(names, "any-time")).toMatchObject({ manager: held.manager });
  });

  test("it says whether it knows all managers", async () => {
    const schedule = await scheduled();
    expect(await schedule.nextDue(names)).toMatchObject({ isComplete: true });
    expect(await schedule.nextDue([...names, "kyoto"])).toMatchObject({ isComplete: false });
  });

  test("only the managers that are asked for are taken", async () => {
    const schedule = await scheduled();
    expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
    expect(await schedule.take(["tokyo"])).toBeUndefined();
    expect(await schedule.nextDue(["kyoto"])).toEqual({
      waitMs: Number.POSITIVE_INFINITY,
      isComplete: false,
    });
    expect(await schedule.take([])).toBeUndefined();
  });
}
