import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Child, ChildOptions, Ended } from "../child";
import { Stage } from "../stage";
import { DESIRED, GIVEN, ODD, STATE_KEY, WORLD } from "./given";
import { leaksIn } from "./guises";

export interface Text {
  readonly from: string;
  readonly text: string;
}

/**
 * Where a secret may stand: what it is read from and what it is delivered to, the state's key in its file, and the
 * environment that a user's own program is started with, which is looked at apart.
 */
const ALLOWED = /^(jp1im\.yaml|(sources|out)\/[a-z0-9.-]+|\.jp1im\/state\.key|seen\/environ\.\d+)$/;

/** Runs commands and keeps everything that anybody could see of them. */
export class Search {
  /** Every text that any child produced, with the name of its origin. */
  readonly produced: Text[] = [];
  /** The lines that were run. */
  readonly lines: string[] = [];
  /** How often a child's command line was looked at while it ran. */
  looks = 0;
  /** Secrets that were made up on the way. */
  readonly found = new Set<string>();
  readonly #stages: Stage[] = [];
  /** By their text: a command line is looked at many times. */
  readonly #commandLines = new Map<string, Text>();

  async open(name: string, desired = DESIRED): Promise<Stage> {
    const stage = await Stage.open(WORLD, desired);
    this.#stages.push(stage);
    stage.write("sources/secret", `${GIVEN.FILE_SECRET}\n`);
    stage.write("sources/password", GIVEN.OSAKA_PASSWORD);
    for (const folder of ["home", "tmp"]) mkdirSync(stage.path(folder));
    const { TOKYO_PASSWORD, OSAKA_INITIAL, ENV_SECRET } = GIVEN;
    const [HOME, TMPDIR] = [stage.path("home"), stage.path("tmp")];
    Object.assign(stage.env, { TOKYO_PASSWORD, OSAKA_INITIAL, ENV_SECRET, HOME, TMPDIR });
    // One in two keeps its key in the environment; the others make a key file, which is a source.
    if (name.length % 2 === 0) stage.env.JP1IM_STATE_KEY = STATE_KEY.toString("base64");
    return stage;
  }

  async run(stage: Stage, line: string, options: Partial<ChildOptions> = {}): Promise<Ended> {
    return await this.keep(line, stage.start(line, options));
  }

  /** Watches a child to its end, and keeps what it said. */
  async keep(line: string, child: Child): Promise<Ended> {
    this.lines.push(line);
    const watching = this.#watch(child);
    const ended = await child.ended;
    await watching;
    const { stdout, stderr } = ended;
    this.produced.push(
      { from: `stdout of ${line}`, text: stdout },
      { from: `stderr of ${line}`, text: stderr },
    );
    return ended;
  }

  /** Keeps the files and the secrets of this moment, before a later run changes them. */
  lookAt(stage: Stage): void {
    this.produced.push(...filesOf(stage));
    this.#collect(stage);
  }

  /** Every text so far, files included. */
  texts(): Text[] {
    return [...this.produced, ...this.#commandLines.values(), ...this.#stages.flatMap(filesOf)];
  }

  /** Each place where a secret shows, in any guise, with the secret's name. */
  leaks(): string[] {
    for (const stage of this.#stages) this.#collect(stage);
    const named = Object.fromEntries([...this.found].map((secret, n) => [`issued ${n}`, secret]));
    const key = { base64: STATE_KEY.toString("base64"), raw: STATE_KEY.toString() };
    const secrets = { ...GIVEN, ...key, ...named };
    // A part of a secret, or a form that is not searched for, would still show its word.
    const words = Object.values(GIVEN).map((secret) => secret.slice(ODD.length + 1));
    return this.texts().flatMap(({ from, text }) => {
      const found = [...leaksIn(text, secrets), ...words.filter((word) => text.includes(word))];
      return found.length === 0 ? [] : [`${from}: ${[...new Set(found)].join(", ")}`];
    });
  }

  /** The bodies of all requests that managers got. */
  sent(): string {
    return this.#stages.flatMap((stage) => stage.simulator.requests().map(({ body }) => body)).join("\n");
  }

  /** What was made up on the way: client and initial secrets, sessions, and keys of states. */
  #collect(stage: Stage): void {
    if (stage.has(".jp1im/state.key")) this.found.add(stage.read(".jp1im/state.key").trim());
    for (const { clients, initialSecret } of Object.values(stage.simulator.truth().managers)) {
      for (const secret of [...Object.values(clients ?? {}), initialSecret])
        if (secret) this.found.add(secret);
    }
    for (const manager of stage.simulator.simulation.world.managers.values()) {
      for (const [cookie, { token }] of manager.sessions) this.found.add(cookie).add(token);
    }
  }

  /** What anybody on the machine can see of a running child. */
  async #watch(child: Child): Promise<void> {
    let over = false;
    void child.ended.then(() => {
      over = true;
    });
    while (!over) {
      try {
        const text = ["cmdline", "comm"]
          .map((name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8"))
          .join("\n");
        this.#commandLines.set(text, { from: "command line", text });
        this.looks += 1;
      } catch {
        // It ended between two looks.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Every file below the stage's folder, names included, but for the sources and sinks. */
function filesOf(stage: Stage): Text[] {
  const paths = readdirSync(stage.folder, { recursive: true, encoding: "utf8" }).map((name) =>
    join(stage.folder, name),
  );
  return paths
    .filter((path) => statSync(path).isFile() && !ALLOWED.test(relative(stage.folder, path)))
    .map((path) => ({ from: path, text: `${path}\n${readFileSync(path, "latin1")}` }));
}
