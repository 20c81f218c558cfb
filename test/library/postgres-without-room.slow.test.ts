/** An apply whose state is in a database without room. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply, type DesiredManager } from "../../src/index";
import { describeWithPostgres, type PostgresServer } from "../rig/postgres-server";
import { databaseServer, postgresDatabase } from "./state-places";
import { StateStage } from "./state-stage";

describeWithPostgres("a database without room", () => {
  let server: PostgresServer;
  let folder: string;
  let states = 0;
  beforeAll(async () => {
    server = await databaseServer();
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-without-room-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fill = () =>
    server.query(
      `create function ops.full_disk() returns trigger language plpgsql as $$
         begin raise 'could not extend file' using errcode = 'disk_full'; end $$;
       create trigger full_disk before insert on ops.jp1im_log execute function ops.full_disk();
       create trigger full_disk before insert on ops.jp1im_kept execute function ops.full_disk()`,
    );
  const makeRoom = () => server.query("drop function ops.full_disk cascade");
  const unwritable = {
    code: "state-unwritable",
    remedy: expect.stringContaining("make room"),
  };

  /** All was applied, and both clients are to be issued again. */
  async function inSync() {
    const name = `full-${++states}`;
    const stage = await StateStage.open(postgresDatabase(server, name), join(folder, "one"));
    await stage.apply();
    stage.declare(2);
    const recorded = async () => {
      const sql = `select convert_from(lines, 'UTF8') as text from ops.jp1im_log where state = '${name}'`;
      return (await server.query<{ text: string }>(sql)).map(({ text }) => text).join("");
    };
    return { stage, recorded };
  }

  test("stops a run before its first write to a manager, and the next one goes on", async () => {
    const { stage, recorded } = await inSync();
    const before = await recorded();
    await fill();
    const outcome = await stage.quiet(apply(stage.at, stage.platform()));
    await makeRoom();
    expect(outcome?.summary).toMatchObject({ applied: 0 });
    expect(outcome?.diagnostics).toEqual(expect.arrayContaining([expect.objectContaining(unwritable)]));
    expect(await recorded()).toBe(before);
    expect(await stage.pending()).toEqual(["osaka/client/edge", "tokyo/client/app"]);
    expect(await stage.apply()).toHaveLength(4);
    await stage.expectNoSecrets();
  });

  test.each([
    ["deletion", ["deleteInfo"], ["generateInfo"]],
    ["issue", ["deleteInfo", "generateInfo"], ["deleteInfo", "generateInfo"]],
  ])(
    "that fills up during the %s of a client has the intent of it, and the next run ends it",
    async (_, sent, again) => {
      const { stage, recorded } = await inSync();
      const platform = stage.platform();
      let atWrite = "";
      const transport = (manager: DesiredManager) => {
        const inner = platform.transport?.(manager);
        if (inner === undefined) throw new Error("the rig has a transport");
        const send: typeof inner.send = async (request) => {
          if (request.path.endsWith(`client/${sent.at(-1)}`)) {
            atWrite = await recorded();
            await fill();
          }
          return inner.send(request);
        };
        return { ...inner, send };
      };
      const tokyo = { ...stage.at, managers: ["tokyo"] };
      const outcome = await stage.heard(apply(tokyo, { ...platform, transport }));
      expect(stage.rig.takeWrites()).toEqual(sent.map((call) => `tokyo secret/client/${call} app`));
      expect(atWrite).toMatch(/"address":"tokyo.client.app",[^\n]*"generation":2,"status":"issuing"/);
      expect(outcome?.summary).toMatchObject({ applied: 0, failed: 1 });
      expect(outcome?.diagnostics).toEqual(expect.arrayContaining([expect.objectContaining(unwritable)]));
      await makeRoom();
      const writes = (await stage.apply()).filter((write) => write.startsWith("tokyo"));
      expect(writes).toEqual(again.map((call) => `tokyo secret/client/${call} app`));
      expect(await stage.pending()).toEqual([]);
      await stage.expectNoSecrets();
    },
  );
});
