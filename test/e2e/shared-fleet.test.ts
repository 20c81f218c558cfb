/** Processes that share one fleet, with a real PostgreSQL between them. */
import { setTimeout as pause } from "node:timers/promises";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import type { Child } from "./child";
import { closeStages, Stage } from "./stage";

const names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
const WORLD = [
  "apiVersion: jp1im-simulator/v1",
  "seed: 1",
  "managers:",
  ...names.map((name) => `  ${name}: { host: ${name}01, users: { jp1admin: { password: tokyo-pass } } }`),
].join("\n");
const DESIRED = [
  "apiVersion: jp1im/v1",
  "managers:",
  ...names.flatMap((name) => [
    `  ${name}:`,
    `    url: ${name.toUpperCase()}_URL`,
    `    host: ${name}01`,
    "    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }",
    `    clients: [{ id: app, deliverTo: { file: out/${name} } }]`,
  ]),
].join("\n");

describeWithPostgres("machines that share a fleet through PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await closeStages();
    await server?.remove();
  });

  async function open(): Promise<Stage> {
    const stage = await Stage.open(WORLD, DESIRED);
    Object.assign(stage.env, server.env, {
      JP1IM_STATE: server.url(),
      JP1IM_STATE_KEY: Buffer.alloc(32, 7).toString("base64"),
    });
    return stage;
  }

  /** Sessions that were opened beside another one of the same manager: each cycle logs in once, and out at its end. */
  function overlaps(stage: Stage, killed: readonly string[]): string[] {
    const open = new Map<string, number>(names.map((name) => [name, 0]));
    return stage.simulator.requests().flatMap(({ manager, path }) => {
      const sessions = open.get(manager) ?? 0;
      if (path.endsWith("/logout")) open.set(manager, Math.max(0, sessions - 1));
      if (!path.endsWith("/login")) return [];
      open.set(manager, sessions + 1);
      return sessions > 0 && !killed.includes(manager) ? [manager] : [];
    });
  }

  test("no manager is reconciled by two at once, one that dies is replaced, and every drift is repaired", async () => {
    const stage = await open();
    const line = "watch --mode apply --auto-approve --interval 1s --listen off --output json";
    const replicas: Child[] = names.slice(0, 3).map(() => stage.start(line));
    const isRepaired = (name: string) => {
      const client = stage.simulator.truth().managers[name]?.clients?.app;
      return client !== undefined && stage.has(`out/${name}`) && stage.read(`out/${name}`) === client;
    };
    const repaired = async () => {
      while (!names.every(isRepaired)) await pause(50);
    };
    await repaired();

    // One dies while it waits for a manager's answer.
    stage.simulator.faults.add({
      manager: "gamma",
      path: "secret/client/list",
      effect: { type: "latency", ms: 1 },
    });
    await stage.gate.reached;
    const held = await server.query<{ manager: string; pid: string }>(
      "select manager, split_part(holder, ' ', 2) as pid from jp1im_schedule where holder is not null",
    );
    const pid = held.find(({ manager }) => manager === "gamma")?.pid;
    const dead = replicas.find((replica) => `${replica.pid}` === pid);
    dead?.kill("SIGKILL");
    expect(await dead?.ended).toMatchObject({ signal: "SIGKILL" });
    const killed = held.filter((row) => row.pid === pid).map(({ manager }) => manager);
    stage.gate.open();
    // As if the time of its leases were over.
    await server.query(`update jp1im_schedule set lease_until = now() where holder like '% ${pid}'`);
    for (const name of names) stage.simulator.edit({ manager: name, type: "delete-client", id: "app" });
    await repaired();

    const living = replicas.filter((replica) => replica !== dead);
    for (const replica of living) replica.kill("SIGTERM");
    const ended = await Promise.all(living.map((replica) => replica.ended));
    expect(ended.map(({ code }) => code)).toEqual([130, 130]);
    expect(ended.map(({ stdout }) => /"status":"applied"/.test(stdout))).toContain(true);
    expect(overlaps(stage, killed)).toEqual([]);
    expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
  });
  test("eight shards at the same time reconcile each manager once, and together all of them", async () => {
    const stage = await open();
    stage.env.JP1IM_STATE = `${server.url()}?state=shards`;
    const shards = Array.from({ length: 8 }, (_, index) => `apply --auto-approve --shard ${index + 1}/8`);
    const ended = await Promise.all(shards.map((line) => stage.run(line)));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(shards.map(() => [0, expect.anything()]));
    const logins = stage.simulator.requests().filter(({ path }) => path.endsWith("/login"));
    expect(logins.map(({ manager }) => manager).sort()).toEqual([...names].sort());
    expect(names.filter((name) => !stage.has(`out/${name}`))).toEqual([]);
    expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
  });
});
