import fc from "fast-check";
import type { AgentDeclaration, AgentSelector } from "../../src/model/desired-state";
import { SecretValue } from "../../src/model/secret-value";
import {
  type AgentPattern,
  covers,
  isMoreSpecific,
  matches,
  type SelectableAgent,
  secretsOf,
  wildcard,
} from "../../src/resources/agent-secrets/selection";

const agent: SelectableAgent = {
  host: "batch-07",
  managerHost: "tokyo",
  os: "Windows Server 2022",
  addons: [
    { name: "Fluentd", enabled: true },
    { name: "Promitor", enabled: false },
  ],
};

function select(match: string, more: Partial<AgentPattern> = {}): AgentPattern {
  return { by: "match", match, ...more };
}

function declare(selector: AgentSelector, ...keys: string[]): AgentDeclaration {
  const position = { file: "a.yaml", line: 1, column: 1 };
  const source = { type: "literal", value: new SecretValue("x") } as const;
  return { selector, position, secrets: new Map(keys.map((key) => [key, { source, position }])) };
}

describe("a selector", () => {
  it.each<[AgentSelector, boolean]>([
    [select("batch-*"), true],
    [select("batch-??"), true],
    [select("batch-?"), false],
    [select("web-*"), false],
    [select("*", { managerHost: "tok?o" }), true],
    [select("*", { managerHost: "osaka" }), false],
    [select("*", { os: "Windows*" }), true],
    [select("*", { os: "Linux*" }), false],
    [select("*", { addons: ["Fluentd"] }), true],
    [select("*", { addons: ["Fluentd", "Promitor"] }), false],
    [{ by: "host", host: "batch-07", managerHost: "tokyo" }, true],
    [{ by: "host", host: "batch-07", managerHost: "osaka" }, false],
  ])("holds when each of its criteria does: %j is %s", (selector, expected) => {
    expect(matches(selector, agent)).toBe(expected);
  });

  it("covers another one when it is wider in no respect narrower", () => {
    expect(covers(select("*"), select("batch-*"))).toBe(true);
    expect(covers(select("batch-*"), select("*"))).toBe(false);
    expect(covers(select("a?"), select("a*"))).toBe(false);
    expect(covers(select("*?"), select("?*"))).toBe(true);
    expect(covers(select("*", { os: "Win*" }), select("batch-*"))).toBe(false);
    expect(covers(select("*", { addons: ["A"] }), select("*", { addons: ["B", "A"] }))).toBe(true);
    expect(covers(select("*", { os: "*" }), select("b*"))).toBe(true);
  });

  it("loses to an exact host, however narrow it is", () => {
    const exact: AgentSelector = { by: "host", host: "batch-07", managerHost: "tokyo" };
    const narrow = select("batch-07", { managerHost: "tokyo", os: "Windows*" });
    expect(isMoreSpecific(exact, narrow)).toBe(true);
    expect(isMoreSpecific(narrow, exact)).toBe(false);
  });
});

describe("a wildcard pattern", () => {
  it.each([
    "a.b",
    "a+b",
    "(a)",
    "[ab]",
    "{a,b}",
    "a|b",
    "^a$",
    "a\\b",
    "\\",
    "!a",
    "a/b",
    "**/a",
    "@(a)",
    "a-b",
  ])("takes everything but * and ? for itself: %s", (text) => {
    const test = wildcard(text.replaceAll("*", ""));
    expect(test(text.replaceAll("*", ""))).toBe(true);
    expect(test("a")).toBe(false);
    expect(test("b")).toBe(false);
  });

  it("lets stars run over slashes, dots and line breaks", () => {
    expect(wildcard("a*z")("a/b\\c.d\nz")).toBe(true);
    expect(wildcard("**")("a/b")).toBe(true);
  });

  it("is covered only by patterns that match everything it matches", () => {
    const pattern = fc.stringMatching(/^[ab*?]{0,6}$/);
    const name = fc.stringMatching(/^[abc]{0,7}$/);
    fc.assert(
      fc.property(pattern, pattern, fc.array(name, { maxLength: 30 }), (wider, narrower, names) => {
        fc.pre(covers(select(wider), select(narrower)));
        for (const each of names.filter(wildcard(narrower))) expect(wildcard(wider)(each)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the secrets of an agent", () => {
  it("come in order of rising specificity, the exact host last", () => {
    const exact = declare({ by: "host", host: "batch-07", managerHost: "tokyo" }, "k");
    const narrow = declare(select("batch-0*"), "k");
    const wide = declare(select("*"), "k");
    const middle = declare(select("batch-*"), "k");
    const other = declare(select("web-*"), "k");
    const { blocks, conflicts } = secretsOf(agent, [exact, narrow, other, wide, middle]);
    expect(blocks).toEqual([wide, middle, narrow, exact]);
    expect(conflicts).toEqual([]);
  });

  it("conflict on a key that two selectors give when neither is more specific", () => {
    const first = declare(select("batch-*"), "shared", "a");
    const second = declare(select("*-07"), "shared", "b");
    expect(secretsOf(agent, [first, second]).conflicts).toEqual([{ key: "shared", first, second }]);
  });

  it("do not conflict where a third and more specific entry settles the key", () => {
    const entries = [declare(select("batch-*"), "k"), declare(select("*-07"), "k")];
    expect(secretsOf(agent, [...entries, declare(select("batch-07"), "k")]).conflicts).toEqual([]);
    const exact = declare({ by: "host", host: "batch-07", managerHost: "tokyo" }, "k");
    expect(secretsOf(agent, [...entries, exact]).conflicts).toEqual([]);
    expect(secretsOf(agent, entries).conflicts).toHaveLength(1);
    const ofAnotherKey = declare(exact.selector, "other");
    expect(secretsOf(agent, [...entries, ofAnotherKey]).conflicts).toHaveLength(1);
  });
});
