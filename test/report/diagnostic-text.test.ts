import type { Diagnostic } from "../../src/model/diagnostic";
import { diagnosticsText } from "../../src/report/diagnostic-text";

const unknownKey: Diagnostic = {
  code: "unknown-key",
  severity: "error",
  summary: 'unknown key "clinets"',
  remedy: 'did you mean "clients"?',
  address: "tokyo",
  position: { file: "jp1im.yaml", line: 4, column: 5 },
  excerpt: "4 |     clinets:\n  |     ^",
};

test("a diagnostic is a block: what, where, the lines there, the address, and what to do", () => {
  expect(diagnosticsText([unknownKey])).toBe(`error: unknown key "clinets" [unknown-key]
  at jp1im.yaml:4:5
    4 |     clinets:
      |     ^
  in tokyo
  → did you mean "clients"?
`);
});

test("a diagnostic with nothing but its summary is one line", () => {
  const warning = { code: "insecure-setting", severity: "warning", summary: "tls.insecure is set" } as const;
  expect(diagnosticsText([warning])).toBe("warning: tls.insecure is set [insecure-setting]\n");
  expect(diagnosticsText([])).toBe("");
});

test("ten thousand diagnostics of one kind are folded, and others still shown", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    code: "agent-unknown" as const,
    severity: "error" as const,
    summary: `no agent web${index}`,
  }));
  const text = diagnosticsText([...many, unknownKey]);
  expect(text).toContain("no agent web19 ");
  expect(text).not.toContain("no agent web20 ");
  expect(text).toContain('unknown key "clinets"');
  expect(text).toContain("error agent-unknown: … and 9,980 more like these (all with --output json)\n");
});

test("what stops many changes alike is one error, with the first addresses and the number of the rest", () => {
  const lost = (manager: string, key: string): Diagnostic => ({
    code: "lock-lost",
    severity: "error",
    summary: `the lock of ${manager} was removed, so nothing more is written`,
    address: `${manager}/agent/immhost01/web01/secret/${key}`,
    remedy: "run the command again",
  });
  const text = diagnosticsText([
    ...[lost("tokyo", "a"), lost("osaka", "a"), lost("tokyo", "b")],
    ...[lost("tokyo", "c"), lost("tokyo", "d"), lost("tokyo", "e")],
  ]);
  expect(text).toBe(`error: the lock of tokyo was removed, so nothing more is written [lock-lost]
  in tokyo/agent/immhost01/web01/secret/a
  in tokyo/agent/immhost01/web01/secret/b
  in tokyo/agent/immhost01/web01/secret/c
  and in 2 more (all with --output json)
  → run the command again
error: the lock of osaka was removed, so nothing more is written [lock-lost]
  in osaka/agent/immhost01/web01/secret/a
  → run the command again
`);
});

test("a fault at another place is shown for itself", () => {
  const refused = (line: number): Diagnostic => ({ ...unknownKey, position: { file: "a", line, column: 1 } });
  expect(diagnosticsText([refused(1), refused(2)]).match(/^error/gm)).toHaveLength(2);
});

test("escape sequences in a summary, a remedy or an excerpt are shown, not obeyed", () => {
  const text = diagnosticsText([
    { ...unknownKey, summary: "bad \x1b[31m", remedy: "x\x07", excerpt: "1 | \x1b]0;t\x07" },
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  expect(text).toContain("bad \\x1b[31m");
});
