import { initialSecretAddress } from "../../model/address";
import { isOwned, type KindImportContext } from "../import-context";
import { filesOf } from "../issued-records";

/**
 * No call shows whether one was issued, so that only whoever names it says so: from then on it counts as issued, in the generation that is
 * declared, and whoever has it keeps it.
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
