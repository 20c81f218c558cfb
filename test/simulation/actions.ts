/** What a run can be told to do. Whoever adds a command that writes adds it here, and every history may hold it. */
import {
  apply,
  applySavedPlan,
  importResources,
  type Outcome,
  type Plan,
  type Platform,
  plan,
  rebuild,
  rekeyState,
} from "../../src/index";
import type { Chance } from "./chance";
import { FORMER_HOST } from "./loss";
import type { Result, Run } from "./run";
import { CLIENTS, HOST_OF } from "./world";

export interface Action {
  /** How often a history does this, beside the others. */
  readonly weight: number;
  /** It brings about that nothing is left of what is ours. */
  readonly isDestroy?: boolean;
  /** It is limited to the target. */
  readonly isTargeted?: boolean;
  run(platform: Platform, run: Run, target: string): Promise<Result>;
}

export const actions = {
  apply: {
    weight: 10,
    run: async (platform, run) =>
      outcome(await apply({ files: run.files, newState: true, approve: noting(run) }, platform)),
  },
  "apply --target": {
    weight: 4,
    isTargeted: true,
    run: async (platform, run, target) =>
      outcome(
        await apply({ files: run.files, newState: true, targets: [target], approve: noting(run) }, platform),
      ),
  },
  "apply --parallelism 1": {
    weight: 1,
    run: async (platform, run) =>
      outcome(
        await apply({ files: run.files, newState: true, parallelism: 1, approve: noting(run) }, platform),
      ),
  },
  "plan and apply the saved plan": {
    weight: 3,
    run: async (platform, run) => {
      // Through JSON, as through its file; that one is checked against a schema, which takes long to compile.
      const saved: Plan = JSON.parse(
        JSON.stringify(await plan({ files: run.files, newState: true, save: true }, platform)),
      );
      run.plans.push(saved);
      return outcome(await applySavedPlan(saved, {}, platform));
    },
  },
  plan: {
    weight: 1,
    run: async (platform, run) => ({
      type: "plan",
      plan: await plan({ files: run.files, newState: true }, platform),
    }),
  },
  destroy: {
    weight: 1,
    isDestroy: true,
    run: async (platform, run) => {
      const options = {
        files: run.files,
        mode: "destroy",
        command: "destroy",
        approve: noting(run),
      } as const;
      return outcome(await apply(options, platform));
    },
  },
  import: {
    weight: 1,
    run: (platform, run) => importing(platform, run, []),
  },
  "import ADDRESS": {
    // A history draws an import, and then what it takes.
    weight: 0,
    isTargeted: true,
    run: (platform, run, target) => importing(platform, run, [target]),
  },
  rebuild: {
    // Only when a manager is lost; a history then does it whatever it had drawn.
    weight: 0,
    run: async (platform, run) => {
      const options = { files: run.files, manager: "tokyo", replaces: FORMER_HOST, approve: noting(run) };
      const rebuilt = await rebuild(options, platform);
      return { ...outcome(rebuilt?.outcome), isRebuilt: rebuilt?.rebuild.finished === true };
    },
  },
  "state rekey": {
    weight: 1,
    run: async (platform, run) => {
      await rekeyState({ files: run.files }, platform);
      return { type: "done" };
    },
  },
} satisfies Readonly<Record<string, Action>>;

export type ActionName = keyof typeof actions;

export function randomAction(chance: Chance): ActionName {
  const weights = Object.fromEntries(Object.entries(actions).map(([name, { weight }]) => [name, weight]));
  return chance.weighted(weights as Record<ActionName, number>);
}

export function randomTarget(chance: Chance): string {
  const here = `tokyo/agent/${HOST_OF.tokyo}`;
  return chance.pick([
    `tokyo/client/${chance.pick(CLIENTS).replace("/", "%2F")}`,
    `${here}/web01`,
    `${here}/web01/secret/${chance.pick(["k1", "k2"])}`,
    `${here}/web02/secret/${chance.pick(["k1", "k2"])}`,
    `${here}/batch-01/secret/k%2F3`,
    `tokyo/lower-manager/${HOST_OF.osaka}`,
    "osaka",
    "tokyo/client",
    here,
  ]);
}

/** Approves every plan, and takes down which one is now being applied. */
function noting(run: Run) {
  return async (approved: Run["plans"][number]) => {
    run.plans.push(approved);
    return true;
  };
}

async function importing(platform: Platform, { files }: Run, addresses: readonly string[]): Promise<Result> {
  return { type: "imported", imported: await importResources({ files, addresses }, platform) };
}

function outcome(of: Outcome | undefined): Extract<Result, { type: "outcome" }> {
  if (!of) throw new Error("the plan was not approved");
  return { type: "outcome", outcome: of };
}
