import type { SinkReference } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { removeDurably } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import { outside } from "./outside";
import { sinksIn } from "./places/sinks-in";
import { type Delivery, DeliveryError, type PlaceDelivery, type SecretResolver } from "./port";
import { createSecretResolver } from "./resolver";
import { sinkFiles } from "./sink-files";
import { type Sink, type SinkContext, UnconfirmedError, undeliverable } from "./sinks/sink";
import { sinks } from "./sinks/sinks";
import { draftOf } from "./sinks/target-file";
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
    {
      earlier,
      token,
    }: { readonly earlier: readonly string[] | undefined; readonly token: string | undefined },
    work: (sink: Sink, reference: SinkReference, context: SinkContext) => Promise<void>,
  ) =>
    inTurn(sinksIn(sink), async (reference) => {
      const isOurs = earlier === undefined || earlier.includes(describe(reference));
      const within = { ...context, isOurs, ...(token !== undefined && { token }) };
      await work(sinkOf(reference.type), reference, within);
    });
  return {
    prove: (sink, earlier, token) =>
      each(sink, { earlier, token }, (to, reference, within) => to.prove(reference, within)),
    deliver: (sink, issued, earlier) =>
      each(sink, { earlier, token: issued.token }, (to, reference, within) =>
        to.deliver(reference, issued, within),
      ),
    describe: (sink) => sinksIn(sink).map(describe).join(" and "),
    places: (sink) => sinksIn(sink).map(describe),
    drafts: (sink, token) =>
      sinkFiles(sink).flatMap((file) => (file === undefined ? [] : [draftOf(file, token)])),
    removeDrafts: async (drafts) => {
      for (const draft of drafts) await removeDraft(lent.fileSystem, draft);
    },
  };
}

function describe({ type, options }: SinkReference): string {
  return sinks.get(type)?.describe(options) ?? type;
}

/** A failure does not keep the secret from the others: whoever waits for it there has it. All failures are reported. */
async function inTurn(
  references: readonly SinkReference[],
  work: (each: SinkReference) => Promise<void>,
): Promise<void> {
  const diagnostics: Diagnostic[] = [];
  const places: PlaceDelivery[] = [];
  let cause: DiagnosticError | undefined;
  for (const reference of references) {
    const place = describe(reference);
    try {
      await work(reference);
      places.push({ place, status: "delivered" });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      cause ??= error;
      diagnostics.push(...error.diagnostics);
      places.push({ place, status: error instanceof UnconfirmedError ? "unconfirmed" : "failed" });
    }
  }
  if (cause !== undefined) throw new DeliveryError(diagnostics, places, cause);
}

/** A folder that is gone took the draft with it. */
async function removeDraft(fileSystem: FileSystem, draft: string): Promise<void> {
  try {
    await removeDurably(fileSystem, draft);
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return;
    throw undeliverable(
      `${draft}, which an interrupted delivery left, cannot be removed: ${fileFault(error)}`,
      "remove it by hand: a secret is in it",
      error,
    );
  }
}

function sinkOf(type: string): Sink {
  const sink = sinks.get(type);
  if (sink !== undefined) return sink;
  throw undeliverable(`there is no sink of type ${type}`, `use one of: ${[...sinks.keys()].join(", ")}`);
}
