import type { SinkReference } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { outside } from "./outside";
import { sinksIn } from "./places/sinks-in";
import type { Delivery, SecretResolver } from "./port";
import { createSecretResolver } from "./resolver";
import type { Sink, SinkContext } from "./sinks/sink";
import { undeliverable } from "./sinks/sink";
import { sinks } from "./sinks/sinks";
import type { Outside } from "./sources/source";

/** What a run lends; what is absent is the machine's own, and its environment empty. */
export type DeliveryOptions = Pick<Outside, "fileSystem"> &
  Partial<Outside> & {
    /** The run's own, so that a token that a source and a sink share is read once. */
    readonly secrets?: SecretResolver;
  };

/** Brings issued secrets to the sinks that the desired state names. A reference of type `several` holds a list of them. */
export function createDelivery({ secrets, ...options }: DeliveryOptions): Delivery {
  const lent = outside(options);
  const { resolve } = secrets ?? createSecretResolver(lent);
  const context = { ...lent, resolve };
  const each = (
    sink: SinkReference,
    earlier: readonly string[] | undefined,
    work: (sink: Sink, reference: SinkReference, context: SinkContext) => Promise<void>,
  ) =>
    inTurn(sinksIn(sink), async (reference) => {
      const isOurs = earlier === undefined || earlier.includes(describe(reference));
      await work(sinkOf(reference.type), reference, { ...context, isOurs });
    });
  return {
    prove: (sink, earlier) => each(sink, earlier, (to, reference, within) => to.prove(reference, within)),
    deliver: (sink, issued, earlier) =>
      each(sink, earlier, (to, reference, within) => to.deliver(reference, issued, within)),
    describe: (sink) => sinksIn(sink).map(describe).join(" and "),
    places: (sink) => sinksIn(sink).map(describe),
  };
}

function describe({ type, options }: SinkReference): string {
  return sinks.get(type)?.describe(options) ?? type;
}

/** A failure does not keep the secret from the others: whoever waits for it there has it. All failures are told. */
async function inTurn(
  references: readonly SinkReference[],
  work: (each: SinkReference) => Promise<void>,
): Promise<void> {
  const findings: Diagnostic[] = [];
  let first: DiagnosticError | undefined;
  for (const reference of references) {
    try {
      await work(reference);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      first ??= error;
      findings.push(...error.diagnostics);
    }
  }
  if (first === undefined) return;
  throw findings.length === first.diagnostics.length ? first : new DiagnosticError(findings);
}

function sinkOf(type: string): Sink {
  const sink = sinks.get(type);
  if (sink !== undefined) return sink;
  throw undeliverable(`there is no sink of type ${type}`, `use one of: ${[...sinks.keys()].join(", ")}`);
}
