import { FaultError, fault } from "../fault";
import type { Provider } from "../provider/provider";

/** Names the key of the provider's state; `undefined` while nothing is known of the provider, and where it has no manager. */
export function keyIdOf(provider: Provider): string | undefined {
  return provider.awaited.length > 0 ? undefined : provider.connection.manager?.run.keyId;
}

/** Throws where a plan was made under another state key: nothing that it compared counts then. */
export function refuseOtherKey(planned: string | undefined, provider: Provider): void {
  const own = keyIdOf(provider);
  if (planned === undefined || own === undefined || planned === own) return;
  const summary = `The plan was made under the state key ${planned}, and this apply has the key ${own}`;
  const detail =
    "Nothing was sent. Give plan and apply the same `state_key` (JP1IM_STATE_KEY), or the same `state` with its key file; or plan again.";
  throw new FaultError([fault(undefined, summary, detail)]);
}
