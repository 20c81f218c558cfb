import type { Diagnostic } from "../../model/diagnostic";
import { type Check, type CheckName, checkNames } from "../../model/health";
import { diagnosticsOfFault } from "../manager-diagnostic";

/** The result of a check; `ok` if it has no status. */
export type CheckResult = Omit<Check, "manager" | "check" | "status"> & Partial<Pick<Check, "status">>;

/** The checks of one manager, or of this machine, in order. A failed check skips only the checks that need it. */
export class CheckList {
  readonly checks: Check[] = [];
  readonly #manager: string | undefined;
  readonly #unmet = new Set<CheckName>();

  constructor(manager?: string) {
    this.#manager = manager;
  }

  /** If `look` throws an expected fault, the check fails. */
  async run(
    check: CheckName,
    needs: readonly CheckName[],
    look: () => Promise<CheckResult | readonly CheckResult[]>,
  ): Promise<void> {
    const unmet = needs.find((each) => this.#unmet.has(each));
    if (unmet !== undefined) {
      this.#unmet.add(check);
      this.#add(check, { status: "skipped", detail: `it needs: ${checkNames[unmet]}` });
      return;
    }
    try {
      const results = await look();
      for (const each of [results].flat() as readonly CheckResult[]) this.#add(check, each);
    } catch (error) {
      this.#unmet.add(check);
      for (const diagnostic of diagnosticsOfFault(error)) this.#add(check, failed(diagnostic));
    }
  }

  #add(check: CheckName, { status = "ok", ...result }: CheckResult): void {
    if (status === "failed") this.#unmet.add(check);
    const manager = this.#manager !== undefined && { manager: this.#manager };
    this.checks.push({ ...manager, check, status, ...result });
  }
}

/** A diagnostic as the result of a check. */
export function failed({ summary, code, remedy, address, position }: Diagnostic): CheckResult {
  return {
    ...{ status: "failed", detail: summary, code },
    remedy,
    address,
    position,
  };
}
