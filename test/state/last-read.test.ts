import { LastRead } from "../../src/state/http/last-read";

let elapsed = 0;
const clock = { now: () => elapsed, elapsed: () => elapsed, sleep: async () => {} };
const answers = () => {
  const pending: ((text: string) => void)[] = [];
  const read = () => new Promise<string>((resolve) => pending.push(resolve));
  return { pending, read };
};

beforeEach(() => {
  elapsed = 0;
});

test("what was read counts as what is there for two seconds", async () => {
  const last = new LastRead<string>(clock);
  expect(await last.look(async () => "first")).toBe("first");
  elapsed = 2_000;
  expect(await last.look(async () => "second")).toBe("first");
  elapsed = 2_001;
  expect(await last.look(async () => "second")).toBe("second");
});

test("an answer that was on its way during a write is not what is there after it", async () => {
  const last = new LastRead<string>(clock);
  const { pending, read } = answers();
  const early = [last.fetch(read), last.fetch(read)];
  last.forget();
  pending[0]?.("before");
  expect(await early[0]).toBe("before");
  expect(await last.look(async () => "after")).toBe("after");
  last.replace("written");
  pending[1]?.("before");
  await early[1];
  expect(await last.look(async () => "later")).toBe("written");
});

test("an answer to an earlier question does not replace a later one's", async () => {
  const last = new LastRead<string>(clock);
  const { pending, read } = answers();
  const [early, late] = [last.fetch(read), last.fetch(read)];
  pending[1]?.("new");
  await late;
  pending[0]?.("old");
  await early;
  expect(await last.look(async () => "newer")).toBe("new");
});
