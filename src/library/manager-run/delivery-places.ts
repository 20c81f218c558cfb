import { issuesOf } from "../../model/declared";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { TakenPlaces } from "../../secrets/places/taken-places";
import type { Platform } from "../platform";

/** Where the parts of managers deliver what is issued. No place may be that of two secrets, whatever parts they are in. */
export class DeliveryPlaces {
  readonly #taken: TakenPlaces;

  constructor({ env, fileSystem, cwd }: Pick<Platform, "env" | "fileSystem" | "cwd">) {
    this.#taken = new TakenPlaces({ env, fileSystem, cwd });
  }

  /** An error for each place that a secret of a part declared before has. */
  async take(part: DesiredManager): Promise<readonly Diagnostic[]> {
    const faults = issuesOf(part).map(({ address, id, declared }) =>
      this.#taken.take({ address, id, deliverTo: declared.deliverTo }),
    );
    return (await Promise.all(faults)).flat().map(({ code, summary, remedy, address }) => ({
      ...{ code, severity: "error", summary },
      ...(remedy !== undefined && { remedy }),
      ...(address !== undefined && { address }),
    }));
  }
}
