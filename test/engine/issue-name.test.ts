import { isEarlier, issueName } from "../../src/resources/issue-name";
import { seededRandom } from "../../src/simulator/seeded-random";

const random = seededRandom(1);
const named = (lineage: string, serial: number) =>
  issueName({ lineage, serial: () => serial }, "tokyo", random);

test("an issue is earlier than those that its state made later, in the order of numbers", () => {
  expect(isEarlier(named("a1", 9), named("a1", 10))).toBe(true);
  expect(isEarlier(named("a1", 10), named("a1", 9))).toBe(false);
  const once = named("a1", 9);
  expect(isEarlier(once, once)).toBe(false);
});

test("issues of two states have no order, nor has a name of a former version", () => {
  expect(isEarlier(named("a1", 1), named("b2", 2))).toBe(false);
  const former = random.bytes(16).toString("hex");
  expect(isEarlier(former, named("a1", 2))).toBe(false);
  expect(isEarlier(named("a1", 1), former)).toBe(false);
});
