import { dirname, relative } from "node:path";
import { failure } from "../model/diagnostic";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import { LARGEST_SMALL_FILE, nodeFileSystem } from "../platform/file-system";
import type { Likeness } from "../simulator/like";

/** The simulator as the command line starts it. Tests inject their own. */
export interface Simulator {
  start(options: SimulatorOptions): Promise<RunningSimulator>;
}

export interface SimulatorOptions {
  /** Absolute path of the world's YAML. */
  readonly worldFile: string;
  /** Absolute path of the file that stores the world between runs. */
  readonly persist?: string | undefined;
  /** Absolute path of a probe's report: every manager answers like the probed one. */
  readonly like?: string | undefined;
  /** Port of the control API; any free one by default. */
  readonly controlPort?: number | undefined;
  /** The control API shows secret values. */
  readonly showSecrets: boolean;
}

export interface RunningSimulator {
  /** Each manager's URL, by name. */
  readonly managers: Readonly<Record<string, string>>;
  readonly control?: string | undefined;
  /** Gaps to which the probed manager gave an answer that the simulator cannot give. */
  readonly unplayable?: readonly string[];
  close(): Promise<void>;
}

/** The real one, loaded only by the command that runs it. */
export async function loadSimulator(): Promise<Simulator> {
  const { startSimulator } = await import("../simulator/simulator.js");
  const { parseWorld } = await import("../simulator/parse-world.js");
  return {
    start: async ({ worldFile, like, ...options }) => {
      const text = await readWorld(worldFile);
      const world = parseWorld(text, relative(process.cwd(), worldFile) || worldFile);
      const likeness = like === undefined ? undefined : await readLikeness(like);
      const { behaviours, unplayable = [] } = likeness ?? {};
      const folder = dirname(worldFile);
      const simulator = await startSimulator(world, { ...options, behaviours, folder }).catch(explain);
      const managers = [...simulator.managers].map(([name, { url }]) => [name, url] as const);
      return {
        managers: Object.fromEntries(managers),
        control: simulator.controlUrl,
        unplayable,
        close: () => simulator.close(),
      };
    },
  };
}

async function readLikeness(file: string): Promise<Likeness> {
  const { likenessOf } = await import("../simulator/like.js");
  try {
    const text = await nodeFileSystem.readFile(file, LARGEST_SMALL_FILE);
    return likenessOf(text.toString("utf8"), relative(process.cwd(), file) || file);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw failure(
      {
        code: "file-unreadable",
        summary: `the report ${file} cannot be read: ${fileFault(error)}`,
        remedy: "name the file that jp1im probe --report FILE wrote",
      },
      { cause: error },
    );
  }
}

async function readWorld(worldFile: string): Promise<string> {
  try {
    return (await nodeFileSystem.readFile(worldFile)).toString("utf8");
  } catch (error) {
    throw failure(
      {
        code: "file-unreadable",
        summary: `the world ${worldFile} cannot be read: ${fileFault(error)}`,
        remedy: "name a YAML file that describes the managers to simulate",
      },
      { cause: error },
    );
  }
}

/** Turns a port in use or a missing certificate into a diagnostic: they are no bugs. */
function explain(error: unknown): never {
  const reason = errorCode(error);
  if (reason === undefined || !(error instanceof Error)) throw error;
  throw failure(
    {
      code: "simulator-world",
      summary: `the simulator cannot start: ${error.message}`,
      remedy: "give the managers and --control-port ports that are free, and certificates that can be read",
    },
    { cause: error },
  );
}
