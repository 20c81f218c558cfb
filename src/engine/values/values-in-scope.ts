import type { DesiredManager } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { PlanScope } from "../../model/plan";
import type { PlanContext } from "../context";
import type { Scope } from "../scope";
import { askVersions, type ResolvedValues, resolveValues } from "./desired-values";
import { MissingValues } from "./missing-values";
import { demandsOf, loginDemands, type ValueDemand } from "./value-demands";

/** What a run knows about the values in its scope, and the managers without a usable login. */
export interface ValuesInScope extends ResolvedValues {
  readonly missing: MissingValues;
  /** By manager: why it must be planned from the state alone. Always empty if values are read. */
  readonly closed: ReadonlyMap<string, Diagnostic>;
}

/**
 * Resolves what a run needs: every value, or with `--no-secrets` only the logins. There a login without a value is no
 * error, because that option is for machines without any secrets.
 */
export async function valuesInScope(
  context: PlanContext,
  managers: readonly DesiredManager[],
  scope: Scope,
  { secrets, refresh }: Pick<PlanScope, "secrets" | "refresh">,
): Promise<ValuesInScope> {
  const missing = new MissingValues(context.state, context.secrets);
  if (secrets) {
    const demands = demandsIn(managers, scope, refresh);
    const resolved = await resolveValues(demands, context.secrets, context.report, missing);
    return { ...resolved, missing, closed: new Map() };
  }
  const versions = await askVersions(demandsIn(managers, scope, false), context.secrets);
  const closed = new Map<string, Diagnostic>();
  for (const manager of refresh ? managers : []) {
    const diagnostic = context.refused?.get(manager.name) ?? (await closedDiagnostic(context, manager));
    if (diagnostic) closed.set(manager.name, diagnostic);
  }
  return { values: new Map(), versions, missing, closed };
}

/** First the logins, then the other values. There may be a million, which are not kept. */
function* demandsIn(
  managers: readonly DesiredManager[],
  { touches }: Scope,
  logins: boolean,
): Generator<ValueDemand> {
  if (logins) for (const manager of managers) yield* loginDemands(manager);
  for (const manager of managers) yield* demandsOf(manager, touches);
}

async function closedDiagnostic(
  { secrets, report }: PlanContext,
  manager: DesiredManager,
): Promise<Diagnostic | undefined> {
  try {
    await resolveValues(loginDemands(manager), secrets, report);
    return undefined;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [diagnostic] = error.diagnostics;
    if (!diagnostic || error.diagnostics.some(({ code }) => code !== "source-unresolved")) throw error;
    const summary = `${manager.name} is planned from the state alone, because its login has no value here: ${diagnostic.summary}`;
    const remedy = "give the login a value to have the manager asked, or say --refresh=false to ask none";
    return { ...diagnostic, severity: "warning", summary, remedy };
  }
}
