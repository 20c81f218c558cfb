import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apply } from "../../src/index";
import { plan } from "../../src/library/plan";
import type { Diagnostic } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import type { Rig } from "../rig/rig";
import { refusalsOf } from "../rig/tokyo";
import { expectNoCanary } from "../secrets/canary";
import { bothRig, bothYaml } from "../watch/watched";
import { SERVER_PASSWORD, type StatePlace, textOf } from "./state-places";

/** As a manager takes it. */
const VALUE = 'value-c4nary "7\\3" & <strange>/+?';
const FIRST_KEY = Buffer.alloc(32, 7).toString("base64");
export const SECOND_KEY = Buffer.alloc(32, 8).toString("base64");
const FILES = { files: ["jp1im.yaml"] };

const agent = (host: string) => ({ agents: [{ host, secrets: { a: { env: "VALUE" } } }] });
/** Of osaka's client, while there is a file `ready`. */
const PROGRAM = ["sh", "-c", "test -e ready && cat > out/edge"];

/** A machine with the desired state of tokyo and osaka, and what all that it ran has said. */
export class StateStage {
  readonly #said: unknown[] = [];
  readonly #errors: unknown[] = [];
  readonly #issued = new Set<string>();
  env: Record<string, string | undefined> = {};

  private constructor(
    readonly rig: Rig,
    readonly place: StatePlace,
    readonly cwd: string,
  ) {}

  static async open(place: StatePlace, cwd: string): Promise<StateStage> {
    const stage = new StateStage(await bothRig(), place, cwd);
    stage.env = { VALUE, JP1IM_STATE_KEY: FIRST_KEY };
    mkdirSync(join(cwd, "out"), { recursive: true });
    stage.declare(1);
    stage.write("ready", "");
    return stage;
  }

  declare(generation: number): void {
    const client = (id: string, deliverTo: object) => ({ clients: [{ id, generation, deliverTo }] });
    const tokyo = { ...agent("web01"), ...client("app", { file: "out/app" }) };
    const osaka = { ...agent("db01"), ...client("edge", { exec: PROGRAM }) };
    this.write("jp1im.yaml", bothYaml({ tokyo, osaka }));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.cwd, name), text);
  }

  get at() {
    return { ...FILES, state: this.place.state };
  }

  platform(host = "build-7") {
    const env = { PATH: process.env.PATH, ...this.rig.env, ...this.place.env, ...this.env };
    const report = (event: unknown) => void this.#said.push(event);
    const system = { fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom };
    return { ...this.rig.platform(), ...system, cwd: this.cwd, host, env, report };
  }

  /** What a command resolves to, which is searched for secrets later. */
  async heard<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    this.#said.push(result);
    return result;
  }

  /** The same, of a command that has to write nothing to any manager. */
  async quiet<T>(work: Promise<T>): Promise<T> {
    const result = await this.heard(work);
    expect(this.rig.takeWrites()).toEqual([]);
    return result;
  }

  async refused(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
    work.catch((error: unknown) => this.#errors.push(error));
    return this.quiet(refusalsOf(work));
  }

  async codes(work: Promise<unknown>): Promise<readonly string[]> {
    return (await this.refused(work)).map(({ code }) => code);
  }

  /** The addresses that the next plan would change; nothing else is wrong. */
  async pending(options: { readonly state?: string } = {}): Promise<readonly string[]> {
    const { changes, diagnostics, unknown, blocked } = await this.quiet(
      plan({ ...this.at, ...options }, this.platform()),
    );
    expect([diagnostics, unknown, blocked]).toEqual([[], [], []]);
    return changes.map(({ address }) => address);
  }

  /** The writes of an apply in which nothing fails. */
  async apply(): Promise<readonly string[]> {
    const outcome = await this.heard(apply(this.at, this.platform()));
    expect(outcome?.summary).toMatchObject({ failed: 0, skipped: 0 });
    for (const id of ["app", "edge"])
      this.#issued.add(readFileSync(join(this.cwd, "out", id), "utf8").trim());
    return this.rig.takeWrites();
  }

  async expectNoSecrets(): Promise<void> {
    const all = await this.place.everything();
    expect(all).toContain("osaka/agent/immhost-osaka/db01");
    rmSync(join(this.cwd, "out"), { recursive: true });
    const secrets = [VALUE, FIRST_KEY, SECOND_KEY, SERVER_PASSWORD, "jp1-pass", ...this.#issued];
    expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
    for (const thing of [all, textOf(this.cwd), this.#said, ...this.#errors])
      for (const secret of secrets) expectNoCanary(thing, secret);
  }
}
