/**
 * A fleet whose integrated manager `tokyo` on immhost01 is lost: three lower managers, and agents of its own. The new
 * one is immhost99, at `http://kyoto.test`, and should that be lost as well, immhost98 at `http://sendai.test`; the
 * agents were set up for them.
 */
import { rebuild, rehearseRebuild } from "../../src/index";
import type { RebuildOptions } from "../../src/library/rebuild";
import type { RehearseOptions } from "../../src/library/rehearse-rebuild";
import { Rig } from "../rig/rig";

const LOWER = ["osaka", "nagoya", "kobe"] as const;

export interface FleetSize {
  /** On each of the four managers. */
  readonly agents: number;
  /** On each agent. */
  readonly keys: number;
  readonly clients: number;
}

export class LostManager {
  readonly rig: Rig;
  readonly size: FleetSize;

  private constructor(rig: Rig, size: FleetSize) {
    this.rig = rig;
    this.size = size;
  }

  /** The fleet as the last apply before the loss left it. */
  static async create(size: FleetSize): Promise<LostManager> {
    const fleet = new LostManager(await Rig.create(worldOf(size)), size);
    fleet.rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "a key").toString("base64");
    for (let n = 1; n <= size.keys; n++) fleet.rig.env[`V${n}`] = `value-number-${n}`;
    await fleet.declare("tokyo", "immhost01");
    await fleet.rig.apply();
    return fleet;
  }

  /** The manager burns down, and the repository names the new one. */
  async lose({ state = "kept" }: { readonly state?: "kept" | "lost" } = {}): Promise<void> {
    this.rig.simulation.edit({ manager: "tokyo", type: "set-manager-state", state: "down" });
    if (state === "lost") for (const name of ["/state.log", "/lineage"]) await this.rig.removeAll(name);
    await this.declare("kyoto", "immhost99");
    this.rig.takeWrites();
    this.rig.events.length = 0;
  }

  declare(server: string, host: string, more: object = {}): Promise<void> {
    return this.rig.write("jp1im.yaml", JSON.stringify(this.#document(server, host, more)));
  }

  rebuild(options: Partial<RebuildOptions> = {}) {
    const all = { files: ["jp1im.yaml"], manager: "tokyo", replaces: "immhost01", ...options };
    return rebuild(all, this.rig.platform());
  }

  rehearse(options: Partial<RehearseOptions> = {}) {
    return rehearseRebuild({ files: ["jp1im.yaml"], manager: "tokyo", ...options }, this.rig.platform());
  }

  /** The new manager and everything below it is what the lost one was, and nothing is left to do. */
  async checkEqual(server = "kyoto"): Promise<void> {
    const integrated = this.rig.simulation.world.manager(server);
    expect([...integrated.lowerManagers].sort()).toEqual(LOWER.map((name) => `immhost-${name}`).sort());
    for (const name of LOWER) {
      const ids = [...this.rig.simulation.world.manager(name).clients.keys()];
      expect([name, ids.filter((id) => id.startsWith("MANAGER"))]).toEqual([
        name,
        [`MANAGER_INTEGRATED_${integrated.host}`],
      ]);
    }
    for (let n = 1; n <= this.size.clients; n++) {
      expect(this.rig.read(`out/app${n}`)).toBe(integrated.clients.get(`app${n}`) ?? "no such client");
    }
    expect(this.rig.read("out/initial")).toBe(integrated.initialSecret);
    expect(this.rig.read("out/osaka.initial")).toBe(this.rig.simulation.world.manager("osaka").initialSecret);
    this.#checkSecrets(server);
    const plan = await this.rig.plan();
    expect([plan.changes, plan.operations, plan.unknown, plan.blocked, plan.diagnostics]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
  }

  #checkSecrets(server: string): void {
    let counted = 0;
    for (const name of [server, ...LOWER]) {
      for (const agent of this.rig.simulation.world.manager(name).agents.values()) {
        const held = Object.fromEntries(agent.secrets.entries());
        for (let n = 1; n <= this.size.keys; n++) {
          expect([agent.host, n, held[`key${n}`]]).toEqual([agent.host, n, `value-number-${n}`]);
          counted += 1;
        }
        expect([agent.host, held["by.hand"]]).toEqual([agent.host, "left alone"]);
      }
    }
    expect(counted).toBe(4 * this.size.agents * this.size.keys);
  }

  #document(server: string, host: string, more: object) {
    const auth = { user: "jp1admin", password: { env: "PASSWORD" } };
    const keys = Array.from({ length: this.size.keys }, (_, n) => [`key${n + 1}`, { env: `V${n + 1}` }]);
    const clients = Array.from({ length: this.size.clients }, (_, n) => ({
      id: `app${n + 1}`,
      deliverTo: { file: `out/app${n + 1}` },
    }));
    const lower = (name: string) => ({ url: `http://${name}.test:20703`, host: `immhost-${name}`, auth });
    return {
      apiVersion: "jp1im/v1",
      managers: {
        tokyo: {
          url: `http://${server}.test:20703`,
          host,
          auth,
          initialSecret: { deliverTo: { file: "out/initial" } },
          clients,
          lowerManagers: LOWER.map((name) => ({
            host: `immhost-${name}`,
            initialSecret: { issueOn: name },
          })),
          agents: [{ match: "*", secrets: Object.fromEntries(keys) }],
          ...more,
        },
        osaka: { ...lower("osaka"), initialSecret: { deliverTo: { file: "out/osaka.initial" } } },
        nagoya: lower("nagoya"),
        kobe: lower("kobe"),
      },
    };
  }
}

function worldOf({ agents }: FleetSize): string {
  const users = { jp1admin: { password: "jp1-pass", permission: "JP1_Console_Admin" } };
  const last = String(agents).padStart(3, "0");
  const own = (name: string) => [{ host: `${name}-{001..${last}}`, secrets: { "by.hand": "left alone" } }];
  const subordinates = LOWER.map((name) => `immhost-${name}`);
  const lower = LOWER.map((name) => [name, { host: `immhost-${name}`, users, agents: own(name) }]);
  return JSON.stringify({
    apiVersion: "jp1im-simulator/v1",
    seed: 1,
    managers: {
      tokyo: { host: "immhost01", users, subordinates, agents: own("web") },
      kyoto: { host: "immhost99", users, subordinates, agents: own("web") },
      sendai: { host: "immhost98", users, subordinates, agents: own("web") },
      ...Object.fromEntries(lower),
    },
  });
}
