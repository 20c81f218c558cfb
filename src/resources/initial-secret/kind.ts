import { initialSecretAddress } from "../../model/address";
import type { DesiredInitialSecret } from "../../model/desired-state";
import { retire } from "../issued-records";
import type { Overriding } from "../overrides";
import { oneByOne, type ResourceKind } from "../resource-kind";
import { applyIssueInitialSecret } from "./apply";
import { decodeInitialSecret, mergeInitialSecrets } from "./decode";
import { importInitialSecret } from "./import";
import { planInitialSecret } from "./plan";

/** The secret with which others register at a manager (manual 3.7.2): one for each manager, replaced by each issue. */
export const initialSecretKind: ResourceKind<
  DesiredInitialSecret & Overriding,
  DesiredInitialSecret | undefined
> = {
  name: "initial-secret",
  decode: decodeInitialSecret,
  merge: ({ name }, declared, diagnostics) => mergeInitialSecrets(name, declared, diagnostics),
  plan: ({ desired: { name, initialSecret, policy }, prior, mode, ...planning }) =>
    planInitialSecret({
      ...planning,
      manager: name,
      desired: initialSecret,
      prior: prior["initial-secret"].get("initial-secret"),
      needed: planning.needsInitialSecret === true,
      isRecoverable: planning.isRecoverable(initialSecretAddress(name)),
      keepsUndeclared: mode === "apply" && policy.prune === "none",
    }),
  changeState(state, { address, action }) {
    if (action === "forget") retire(state, address);
  },
  declares: ({ initialSecret }, { kind }) => kind === "initial-secret" && initialSecret !== undefined,
  import: importInitialSecret,
  operations: {
    "issue-initial-secret": {
      addresses: ({ manager }) => [initialSecretAddress(manager)],
      within: (operation, wanted) =>
        wanted(initialSecretAddress(operation.manager)) ? operation : undefined,
      // Adding a lower manager may need it.
      isNeededAlone: true,
      work: (applying, operations) => ({
        ...oneByOne(applyIssueInitialSecret)(applying, operations),
        end() {
          // Waiting lower managers learn that none comes.
          for (const { manager } of operations) applying.initialSecrets.settle(manager, undefined);
        },
      }),
      delivers: ({ manager, deliver }) => (deliver ? [initialSecretAddress(manager)] : []),
    },
  },
};
