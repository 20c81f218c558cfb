import type { AuditRecord } from "../../model/audit";
import { type ChainEnd, linkLine } from "./line";

/** The chain of one run, for places that cannot be read back: it begins with the run. */
export class ChainInMemory {
  #end: ChainEnd;

  constructor(run: string) {
    this.#end = { chain: run, line: 0, digest: null };
  }

  /** The texts of lines, and the end of the chain after them; call `keep` after they are written. */
  link(records: readonly AuditRecord[]): { readonly texts: readonly string[]; readonly end: ChainEnd } {
    let end = this.#end;
    const texts = records.map((record) => {
      const linked = linkLine(end, record);
      end = linked.end;
      return linked.text;
    });
    return { texts, end };
  }

  keep(end: ChainEnd): ChainEnd {
    this.#end = end;
    return end;
  }
}
