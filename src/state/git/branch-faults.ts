import { failure } from "../../model/diagnostic";

export function pushedElsewhere() {
  return failure({
    code: "state-unwritable",
    summary: "git pushes the state to another repository than it is read from",
    remedy:
      "give the state a remote of its own, without `pushurl`: state: { git: { remote: URL, branch: jp1im-state } }",
  });
}

export function branchHoldsOtherFiles(branch: string, path: string) {
  return failure({
    code: "state-conflict",
    summary: `the branch ${branch} holds other things than a state: ${path}`,
    remedy: "name a branch of its own, which need not exist yet: jp1im-state",
  });
}

/** Discarding the history of a branch needs a force push, which a server may deny. */
const FORCED = /non-fast-forward|force[- ]push/i;

export function refused(reason: string) {
  return failure({
    code: "state-unwritable",
    summary: `the repository of the state refuses the push${reason === "" ? "" : `: ${reason}`}`,
    remedy: remedyFor(reason),
  });
}

const FULL = /no space left|disk quota exceeded/i;

function remedyFor(reason: string): string {
  if (FULL.test(reason)) return "make room on the server of the repository, and run the command again";
  return FORCED.test(reason)
    ? "let the user force-push to the state's branch: receive.denyNonFastForwards must be false, and no protection may forbid it; or leave `jp1im state compact` out"
    : "let the user push to the state's branch and to refs/jp1im/, and delete refs there; nothing protects that branch";
}

export function withoutAtomic() {
  return failure({
    code: "state-unwritable",
    summary: "the server of the state's repository takes no atomic pushes, which a state in git needs",
    remedy:
      "set receive.advertiseAtomic to true there, or keep the state in a repository on another server: state: { git: { remote: URL, branch: jp1im-state } }",
  });
}
