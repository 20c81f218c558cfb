/** What the state says that it wrote, compared with what is there. */

import { SecretValue } from "../../../src/model/secret-value";
import { createFingerprints } from "../../../src/secrets/fingerprints";
import { isFingerprint } from "../../../src/state/port";
import { lowerAddress, type Scene, STATE } from "../scene";
import { type StateInvariant, split } from "./state";

/** A fingerprint in the state is that of the value which the tool wrote last, however many of its answers were lost. */
export const whatIsRecordedIsThere: StateInvariant = (log, scene) => {
  const { ledger } = scene;
  const keys = stateKeys(scene).map((key) => createFingerprints(new SecretValue(key)));
  const diagnostics: string[] = [];
  const compare = (
    recorded: string | null | undefined,
    ofValue: (of: (typeof keys)[number]) => string,
    what: string,
  ) => {
    if (isFingerprint(recorded) && !keys.some((each) => ofValue(each) === recorded))
      diagnostics.push(`the state records another value of ${what} than the one that was written last`);
  };
  for (const [name, { owner, tampered, value }] of ledger.keys) {
    if (owner === "others" || tampered) continue;
    const [place, key] = split(name);
    const address = `tokyo/agent/${place}`;
    const entry = [key, new SecretValue(value)] as const;
    compare(
      log?.fingerprints(address).get(key),
      (each) => each.onAgent(address, each.tags([entry])).of(0),
      name,
    );
  }
  for (const [host, { value }] of ledger.lowerManagers) {
    const record = log?.record(lowerAddress(host));
    if (record?.kind !== "lower-manager") continue;
    compare(record.fingerprint, (each) => each.value(record.address, new SecretValue(value)), host);
  }
  return diagnostics;
};

/** The key under which the state is, and the next one while it is exchanged. */
function stateKeys({ env, machine }: Scene): string[] {
  const { JP1IM_STATE_KEY: key } = env;
  const files = ["state.key", "state.key.next"].map((name) =>
    machine.disk.peek(`${STATE}/${name}`)?.toString().trim(),
  );
  return [key, ...files].filter((text) => text !== undefined && text !== "") as string[];
}
