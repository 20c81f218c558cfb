import { dirname, relative } from "node:path";
import { failure } from "../model/diagnostic";
import { fileFault } from "../platform/file-fault";
import { errorCode, nodeFileSystem } from "../platform/file-system";

/** The simulator as the command line starts it. Tests hand in one of their own. */
export interface Simulator {
  start(options: SimulatorOptions): Promise<RunningSimulator>;
}

export interface SimulatorOptions {
  /** Absolute path of the world's YAML. */
  readonly worldFile: string;
  /** Absolute path of the file that the world is kept in from one run to the next. */
  readonly persist?: string | undefined;
  /** Port of the control API; any free one by default. */
  readonly controlPort?: number | undefined;
  /** The control API shows secret values. */
  readonly showSecrets: boolean;
}

export interface RunningSimulator {
  /** Each manager's URL, by name. */
  readonly managers: Readonly<Record<string, string>>;
  readonly control?: string | undefined;
  close(): Promise<void>;
}

/** The real one, loaded only by the command that runs it. */
export async function loadSimulator(): Promise<Simulator> {
  const { startSimulator } = await import("../simulator/simulator.js");
  const { parseWorld } = await import("../simulator/parse-world.js");
  return {
    start: async ({ worldFile, ...options }) => {
      const text = await readWorld(worldFile);
      const world = parseWorld(text, relative(process.cwd(), worldFile) || worldFile);
      const simulator = await startSimulator(world, { ...options, folder: dirname(worldFile) }).catch(
        explain,
      );
      const managers = [...simulator.managers].map(([name, { url }]) => [name, url] as const);
      return {
        managers: Object.fromEntries(managers),
        control: simulator.controlUrl,
        close: () => simulator.close(),
      };
    },
  };
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

/** A taken port or a missing certificate is no bug of ours. */
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
