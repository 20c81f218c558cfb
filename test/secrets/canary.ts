import { inspect } from "node:util";

/** A value that must not turn up anywhere: it changes its looks under every way of escaping. */
export const CANARY = 'canary "7\\3" & straße/+?';

/** Expects that no text made of `thing` shows the canary, in any of its guises. */
export function expectNoCanary(thing: unknown, canary = CANARY): void {
  const texts = [String(thing), JSON.stringify(thing) ?? "", inspect(thing, { depth: 20, showHidden: true })];
  if (thing instanceof Error)
    texts.push(thing.message, thing.stack ?? "", inspect(thing.cause, { depth: 20 }));
  const bytes = Buffer.from(canary);
  const guises = [canary, bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")];
  guises.push(encodeURIComponent(canary), JSON.stringify(canary).slice(1, -1));
  for (const text of texts) for (const guise of guises) expect(text).not.toContain(guise);
}
