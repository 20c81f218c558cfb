/**
 * Real Terraform, of which the provider alone or everything is killed with SIGKILL at a request to a manager, before or after its
 * effect. One more apply has to put everything right. A run of the tests kills at a few of these instants, from the
 * `JP1IM_TURN`-th on, which differs from commit to commit; `JP1IM_TURN=all` kills at every one.
 */
import { endTerraform, hasTerraform, killGroup } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { buildMirror, ProviderStage } from "./provider-stage";

jest.setTimeout(3_600_000);

const TURN = process.env.JP1IM_TURN ?? "0";
/** So many that one run kills a few times: each of them takes several starts of Terraform. */
const TURNS = 48;

interface Scenario {
  readonly main: string;
  /** Whether a client and an initial secret are in it. */
  readonly isIssuing: boolean;
  /** Instants, at least. */
  readonly least: number;
}

const ISSUED = `
resource "jp1im_client" "app" {
  id         = "app"
  deliver_to = { file = "out/app.secret" }
}
resource "jp1im_initial_secret" "own" {
  deliver_to = { file = "out/own.initial" }
}
`;
const KEYS = `
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = "smtp-1" }
}`;
const FROM = `{ name = "osaka", url = "OSAKA_URL", host = "immhost-osaka", user = "jp1admin", password_source = { file = "osaka.password" } }`;
const lowerManager = (secret: string) => `
resource "jp1im_lower_manager" "osaka" {
  host = "immhost-osaka"
  ${secret}
}`;

const scenarios: Readonly<Record<string, Scenario>> = {
  "every type of resource": {
    main: ISSUED + KEYS + lowerManager('initial_secret_wo = "osaka-initial-1"'),
    ...{ isIssuing: true, least: 100 },
  },
  issue_on: { main: KEYS + lowerManager(`issue_on = ${FROM}`), isIssuing: false, least: 40 },
};

afterEach(async () => {
  endTerraform();
  await closeStages();
});

interface Instant {
  readonly request: number;
  readonly when: "before" | "after";
  readonly killed: "provider" | "Terraform";
}

async function open(mirror: string, { main }: Scenario): Promise<ProviderStage> {
  const stage = await ProviderStage.open(mirror, main, "parallelism = 1");
  stage.stage.write("osaka.password", "osaka-pass");
  stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
  return stage;
}

const startApply = (stage: ProviderStage) =>
  stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=1");

/** How many requests an apply sends that nobody disturbs. */
async function countRequests(mirror: string, scenario: Scenario): Promise<number> {
  const stage = await open(mirror, scenario);
  expect((await startApply(stage).ended).code).toBe(0);
  const count = stage.stage.simulator.requests().length;
  expectConverged(stage, scenario);
  await closeStages();
  return count;
}

function instantsOf(requests: number): Instant[] {
  return Array.from({ length: requests }, (_, request) => request).flatMap((request) =>
    (["before", "after"] as const).flatMap((when) =>
      (["Terraform", "provider"] as const).map((killed) => ({ request, when, killed })),
    ),
  );
}

async function killAt({ request, when, killed }: Instant, stage: ProviderStage): Promise<void> {
  const { simulator, gate } = stage.stage;
  simulator.faults.add({ path: "*", skip: request, times: 1, effect: { type: "latency", ms: 1, when } });
  const { child, ended } = startApply(stage);
  const isReached = await Promise.race([gate.reached.then(() => true), ended.then(() => false)]);
  expect(isReached).toBe(true);
  if (killed === "provider") stage.killProvider();
  else killGroup(child.pid ?? 0);
  // What was held before its effect takes it now, after its sender has gone.
  gate.open();
  await ended;
}

function expectConverged({ stage }: ProviderStage, { isIssuing }: Scenario): void {
  const { tokyo } = stage.simulator.truth().managers;
  const ids = Object.keys(tokyo?.clients ?? {}).filter((id) => !/^(AGENT|MANAGER)_/.test(id));
  expect(tokyo?.lowerManagers).toEqual(["immhost-osaka"]);
  expect(ids.sort()).toEqual(isIssuing ? ["app", "legacy-viewer"] : ["legacy-viewer"]);
  if (!isIssuing) return;
  expect(stage.read("out/app.secret")).toBe(tokyo?.clients?.app);
  expect(stage.read("out/own.initial")).toBe(tokyo?.initialSecret);
}

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  test.each(Object.entries(scenarios))(
    "whatever instant the provider or Terraform is killed at, the next apply converges, and loses and deletes nothing: %s",
    async (_, scenario) => {
      const instants = instantsOf(await countRequests(mirror, scenario));
      expect(instants.length).toBeGreaterThanOrEqual(scenario.least);
      const inTurn = instants.filter((_, index) => TURN === "all" || index % TURNS === Number(TURN) % TURNS);
      for (const instant of inTurn) {
        const stage = await open(mirror, scenario);
        try {
          await killAt(instant, stage);
          await stage.apply();
          expectConverged(stage, scenario);
          for (const host of ["web1", "web2", "web3"])
            expect(stage.secretsOf(host)).toEqual({ "set.by.hand": "kept", "smtp.password": "smtp-1" });
          expect(await stage.plan()).toMatchObject({ code: 0 });
        } catch (cause) {
          throw new Error(`${JSON.stringify(instant)}: ${cause}`, { cause });
        }
        await closeStages();
      }
    },
  );
} else {
  process.stderr.write("NOT RUN: kills under real Terraform; there is no `terraform` in PATH\n");
}
