/** The simulator as the command line starts it. Tests hand in one of their own. */
export interface Simulator {
  start(options: SimulatorOptions): Promise<RunningSimulator>;
}

export interface SimulatorOptions {
  /** Absolute path of the world's YAML. */
  readonly worldFile: string;
  /** Absolute path of the file that the world is kept in from one run to the next. */
  readonly persist?: string;
  /** Port of the control API; any free one unless told. */
  readonly controlPort?: number;
  /** The control API shows secret values. */
  readonly showSecrets: boolean;
}

export interface RunningSimulator {
  /** Each manager's URL, by name. */
  readonly managers: Readonly<Record<string, string>>;
  readonly control: string;
  close(): Promise<void>;
}
