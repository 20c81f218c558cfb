import { initialSecretAddress } from "../../model/address";
import { isOwned, type KindImportContext } from "../import-context";
import { filesOf } from "../issued-records";

/**
 * No call shows whether one was issued, so it is imported only if the user names its address: from then on it counts
 * as issued in the declared generation, and its users keep it.
 */
export async function importInitialSecret({
  desired,
  state,
  scope,
  draft,
  recorder,
}: KindImportContext): Promise<void> {
  const { name: manager, initialSecret } = desired;
  const address = initialSecretAddress(manager);
  if (!initialSecret || !scope.names(address)) return;
  const isOurs = isOwned(state, address);
  draft.add(isOurs ? "already-ours" : "imported", manager, ["initial-secret"], () => address);
  if (isOurs) return;
  const { generation } = initialSecret;
  const files = filesOf(state.record(address));
  recorder?.put({ kind: "initial-secret", address, manager, generation, status: "imported", ...files });
}
