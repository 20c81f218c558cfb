import { unlessCancelled } from "../model/cancelled";
import type { SinkReference } from "../model/desired-state";
import { addPlace, type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PlaceDelivery } from "../model/enrolment";
import { SecretValue } from "../model/secret-value";
import type { DeclaredPlace } from "../model/sink-place";
import { sinksIn } from "../model/sinks-in";
import { removeDurably } from "../platform/durable-file";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import type { FileSystem } from "../platform/file-system";
import { declaredPlace, shownPlace, shownSink } from "./places/declared-place";
import { PathResolver } from "./places/path-resolver";
import {
  type Delivery,
  DeliveryError,
  type FileOwnership,
  type FileToWrite,
  type SecretResolver,
  type SecretToDeliver,
} from "./port";
import { createSecretResolver } from "./resolver";
import { secretsPlatform } from "./secrets-platform";
import { sinkFiles } from "./sink-file-paths";
import { type Sink, type SinkContext, UnconfirmedError, undeliverable } from "./sinks/sink";
import { sinks } from "./sinks/sinks";
import { draftOf, isDraft, requireTarget, type TargetFile, writeTarget } from "./sinks/target-file";
import type { SecretsPlatform } from "./sources/source";

/** What a run passes in; absent parts are those of the machine, with an empty environment. */
export type DeliveryOptions = Pick<SecretsPlatform, "fileSystem"> &
  Partial<SecretsPlatform> & {
    /** The run's resolver, so that a token that a source and a sink share is read once. */
    readonly secrets?: SecretResolver;
    /** Absolute folder that a checkout of the desired state moves as a whole; the working folder by default. */
    readonly projectFolder?: string;
  };

/** Delivers issued secrets to the sinks of the desired state. */
export function createDelivery({ secrets, projectFolder, ...options }: DeliveryOptions): Delivery {
  const own = secretsPlatform(options);
  const { resolve } = secrets ?? createSecretResolver(own);
  const { fileSystem, env, cwd } = own;
  const context = { ...own, resolve };
  const paths = new PathResolver(fileSystem, projectFolder ?? cwd);
  const resolvePath = (folder: string, spelled: string) => paths.resolve(folder, spelled);
  const placeOf = (reference: SinkReference) => declaredPlace(reference, { env, cwd, resolvePath });
  const describe = (reference: SinkReference) => shownSink(reference, cwd);
  const within = (
    reference: SinkReference,
    ownership: Omit<FileOwnership, "begin">,
    purpose: Pick<SinkContext, "token" | "provesByWriting">,
  ): SinkContext => ({
    ...context,
    isOurs: async () => {
      const [file] = sinkFiles(reference);
      if (file === undefined) return false;
      return ownership.isOurs(await placeOf(reference), () => fileSystem.readFile(file));
    },
    otherOwner: async () => ownership.otherOwner?.(await placeOf(reference)),
    requireReleasable: async () => ownership.requireReleasable?.(await placeOf(reference)),
    ...purpose,
  });
  return {
    prove: (sink, ownership = everything, byWriting = false) =>
      inTurn(sinksIn(sink), describe, (reference) => {
        const { prove, writes } = sinkOf(reference.type);
        const proof = () => prove(reference, within(reference, ownership, { provesByWriting: byWriting }));
        return writes === "elsewhere" ? unlessCancelled(own.signal, proof) : proof();
      }),
    deliver: async (sink, issued, ownership = everything) => {
      const contextOf = (reference: SinkReference) => within(reference, ownership, { token: issued.token });
      const files = await prepareFiles(sinksIn(sink), issued, contextOf, placeOf);
      await ownership.begin?.([...files.values()].flatMap((file) => ("fault" in file ? [] : [file])));
      await inTurn(sinksIn(sink), describe, async (reference) => {
        const [to, file] = [sinkOf(reference.type), files.get(reference)];
        if (file === undefined)
          return to.writes === "elsewhere" ? to.deliver(reference, issued, contextOf(reference)) : undefined;
        if ("fault" in file) throw file.fault;
        await writeTarget(file.target, file.text.reveal(), file, contextOf(reference));
      });
    },
    describe: (sink) => sinksIn(sink).map(describe).join(" and "),
    describePlace: (recorded) => shownPlace(recorded, (path) => paths.absoluteOf(path), cwd),
    isThere: async ({ place: { type, paths } }) => {
      const sink = sinks.get(type);
      const isMissed = sink?.writes === "file" && sink.isUsedInPlace;
      return !isMissed || paths.file === undefined || mayHoldSecret(fileSystem, paths.file.absolute);
    },
    places: (sink) => Promise.all(sinksIn(sink).map(placeOf)),
    drafts: (sink, token) =>
      sinkFiles(sink).flatMap((file) => (file === undefined ? [] : [draftOf(file, token)])),
    removeDrafts: async (drafts) => {
      for (const draft of drafts.filter(isDraft)) await removeDraft(fileSystem, draft);
    },
  };
}

/** Without further knowledge, every file counts as owned. */
const everything: FileOwnership = { isOurs: async () => true };

interface PreparedFile extends FileToWrite, TargetFile {
  readonly target: string;
}

/** The content of each file, and whether it may be written, determined for all before the first write. */
async function prepareFiles(
  references: readonly SinkReference[],
  issued: SecretToDeliver,
  contextOf: (reference: SinkReference) => SinkContext,
  placeOf: (reference: SinkReference) => Promise<DeclaredPlace>,
): Promise<ReadonlyMap<SinkReference, PreparedFile | { readonly fault: DiagnosticError }>> {
  const prepared = new Map<SinkReference, PreparedFile | { readonly fault: DiagnosticError }>();
  for (const reference of references) {
    const sink = sinks.get(reference.type);
    if (sink?.writes !== "file") continue;
    try {
      const target = sink.target(reference);
      const text = new SecretValue(await sink.text(reference, issued));
      const checked = await requireTarget(target, reference.options, contextOf(reference));
      const declared = await placeOf(reference);
      const { file } = declared.place.paths;
      if (file) prepared.set(reference, { ...checked, declared, file, target, text });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      prepared.set(reference, { fault: error });
    }
  }
  return prepared;
}

/** Delivers to one sink after the other. A failure does not stop the others, and all failures are reported. */
async function inTurn(
  references: readonly SinkReference[],
  describe: (reference: SinkReference) => string,
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
      diagnostics.push(...addPlace(error.diagnostics, { position: reference.position }));
      places.push({ place, status: error instanceof UnconfirmedError ? "unconfirmed" : "failed" });
    }
  }
  if (cause !== undefined) throw new DeliveryError(diagnostics, places, cause);
}

/** Whether a file with content is at a path; true if it cannot be checked, as in another user's folder. */
async function mayHoldSecret(fileSystem: FileSystem, path: string): Promise<boolean> {
  try {
    const { type, size } = await fileSystem.stat(path);
    return type === "file" && size > 0;
  } catch (error) {
    const code = errorCode(error);
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

/** A missing folder means that the draft is gone, too. */
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
