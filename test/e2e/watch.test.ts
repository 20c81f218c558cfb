import type { Child } from "./child";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

const LINE = "watch --mode apply --auto-approve --interval 1s --listen off --output json";

const eventsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Started, and past what it prints for the first repair. */
async function watching(stage: Stage): Promise<Child> {
  const child = stage.start(LINE);
  await child.said(/"status":"applied"/);
  return child;
}

test("SIGTERM or SIGINT in the middle of a repair: the request in flight is finished and recorded, and the lock released", async () => {
  await Promise.all(
    (["SIGTERM", "SIGINT"] as const).map(async (signal) => {
      const stage = await Stage.open();
      stage.simulator.faults.add({ path: "secret/client/generateInfo", effect: { type: "latency", ms: 1 } });
      const child = stage.start(LINE);
      await stage.gate.reached;
      child.kill(signal);
      await child.said(/stopping: finishing what is in flight/);
      stage.gate.open();
      const ended = await child.ended;
      expect(ended).toMatchObject({ code: 130, signal: null });
      expect(eventsOf(ended.stdout).at(-1)).toMatchObject({ event: "stopped" });
      expect(stage.has("out/fluentd-web.secret")).toBe(true);
      expect(stage.has(".jp1im/managers/tokyo/lock")).toBe(false);
      expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
    }),
  );
});

test("it repairs what is deleted behind its back, and follows the files", async () => {
  const stage = await Stage.open();
  const child = await watching(stage);
  stage.simulator.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
  await child.said(/(?:"status":"applied".*){2}/s);
  stage.write("jp1im.yaml", DESIRED.replace("generation: 1", "generation: one"));
  await child.said(/"load-failed"/);
  stage.write("jp1im.yaml", DESIRED.replace("generation: 1", "generation: 2"));
  await child.said(/"loaded"(?:.*"status":"applied")/s);
  child.kill("SIGTERM");
  const ended = await child.ended;
  expect(ended.code).toBe(130);
  expect(stage.simulator.truth().managers.tokyo?.clients?.["fluentd-web"]).toBe(
    stage.read("out/fluentd-web.secret"),
  );
  expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
});

test("--once reconciles and ends with an exit code as drift has", async () => {
  const stage = await Stage.open();
  const [drift, repair, again] = [
    await stage.run("watch --once"),
    await stage.run("watch --once --mode apply --auto-approve"),
    await stage.run("watch --once"),
  ];
  expect([drift.code, repair.code, again.code]).toEqual([2, 0, 0]);
  expect(again.stdout).toMatch(/^\S+ {2}tokyo: in sync: 4 unchanged$/m);
});

test("two on one machine cannot serve at one address: the second one says so, and what to do", async () => {
  const stage = await Stage.open();
  const child = stage.start("watch --listen 127.0.0.1:0 --output json");
  const [, url = ""] = await child.said(/"metrics_url":"([^"]+)"/);
  const second = await stage.run(`watch --listen ${new URL(url).host}`);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("another process listens there [address-unusable]");
  expect(second.stderr).toContain("--listen 127.0.0.1:0");
  expect(await (await fetch(`${url}/readyz`)).text()).toBe("ok\n");
  child.kill("SIGTERM");
  expect((await child.ended).code).toBe(130);
});
