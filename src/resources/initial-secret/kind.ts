import { initialSecretAddress } from "../../model/address";
import { oneByOne, type ResourceKind } from "../resource-kind";
import { applyIssueInitialSecret } from "./apply";
import { decodeInitialSecret, mergeInitialSecrets } from "./decode";
import { importInitialSecret } from "./import";

/** The secret with which others register at a manager (manual 3.7.2): one a manager, replaced by each issue. */
export const initialSecretKind: ResourceKind = {
  name: "initial-secret",
  decode: (manager, context) => ({ initialSecrets: decodeInitialSecret(manager, context) }),
  merge({ name }, mentions, diagnostics) {
    const declared = mentions.flatMap(({ initialSecrets }) => initialSecrets);
    const initialSecret = mergeInitialSecrets(name, declared, diagnostics);
    return initialSecret ? { initialSecret } : {};
  },
  declares: ({ initialSecret }, { kind }) => kind === "initial-secret" && initialSecret !== undefined,
  import: importInitialSecret,
  operations: {
    "issue-initial-secret": {
      addresses: ({ manager }) => [initialSecretAddress(manager)],
      within: (operation, wanted) =>
        wanted(initialSecretAddress(operation.manager)) ? operation : undefined,
      // A lower manager's adding may need it.
      isNeededAlone: true,
      work: (applying, operations) => ({
        ...oneByOne(applyIssueInitialSecret)(applying, operations),
        end() {
          // Whoever waits for it learns that none comes.
          for (const { manager } of operations) applying.initialSecrets.settle(manager, undefined);
        },
      }),
      delivers: ({ manager, deliver }) => (deliver ? [initialSecretAddress(manager)] : []),
    },
  },
};
