import { DiagnosticError } from "../../src/model/diagnostic";

const lost = (host: number) =>
  ({ code: "agent-unknown", severity: "error", summary: `no agent web${host}` }) as const;

test("the message of an error has all summaries", () => {
  expect(new DiagnosticError([lost(1), lost(2)]).message).toBe("no agent web1; no agent web2");
});

test("the message of an error with very many diagnostics has the first ones, and how many there are", () => {
  const { message, diagnostics } = new DiagnosticError(
    Array.from({ length: 1_000 }, (_, host) => lost(host)),
  );
  expect(message).toMatch(/^no agent web0; .*; no agent web19; and 980 more$/);
  expect(diagnostics).toHaveLength(1_000);
});
