import { lowerManagerAddress } from "../../model/address";
import type { DesiredLowerManager, SecretReference } from "../../model/desired-state";
import { isSameHost } from "../../model/host";
import { IMPORTED, type LowerManagerRecord } from "../../state/port";
import type { DesiredVersion } from "../compare-versions";
import type { SourceValues } from "../plan-context";

/** What is known about the initial secrets of one manager's lower managers that have a source. */
export class LowerManagerValues {
  readonly #manager: string;
  readonly #values: SourceValues;

  constructor(manager: string, values: SourceValues) {
    this.#manager = manager;
    this.#values = values;
  }

  /** Comparable with that of `record`; `undefined` without a source, or when values are not compared. */
  fingerprint(lower: DesiredLowerManager, record?: LowerManagerRecord): string | undefined {
    const source = sourceOf(lower);
    return source && this.#values.fingerprint(this.#boundTo(lower, record), source);
  }

  /** The source's version, if it has one; comparable in the same way. */
  version(lower: DesiredLowerManager, record?: LowerManagerRecord): DesiredVersion | undefined {
    const source = sourceOf(lower);
    return source && this.#values.version(this.#boundTo(lower, record), source);
  }

  /** The source, if it gives no value. */
  missingSource(lower: DesiredLowerManager): SecretReference | undefined {
    const source = sourceOf(lower);
    return source && this.#values.isMissing(source) ? source : undefined;
  }

  /** Throws a `DiagnosticError` if a value is missing: only an imported and still existing lower manager needs none. */
  throwIfMissing(
    lowers: readonly DesiredLowerManager[],
    listed: readonly string[],
    records: ReadonlyMap<string, LowerManagerRecord>,
  ): void {
    const needed = lowers.flatMap((lower) => {
      const [source, address] = [this.missingSource(lower), lowerManagerAddress(this.#manager, lower.host)];
      const isIt = (host: string) => isSameHost(host, lower.host);
      const record = [...records.values()].find(({ host }) => isIt(host));
      const mayLack = record?.fingerprint === IMPORTED && listed.some(isIt);
      return source && !mayLack ? [{ address, source, position: lower.position }] : [];
    });
    this.#values.refuse(needed);
  }

  #boundTo({ host }: DesiredLowerManager, record: LowerManagerRecord | undefined): string {
    return record?.boundTo ?? record?.address ?? lowerManagerAddress(this.#manager, host);
  }
}

function sourceOf({ initialSecret }: DesiredLowerManager): SecretReference | undefined {
  return initialSecret.from === "source" ? initialSecret.source : undefined;
}
