import { setMaxListeners } from "node:events";
import { type Clock, systemClock } from "../platform/clock";
import { type Random, systemRandom } from "../platform/random";
import {
  errorResponse,
  Refusal,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatedResponse,
} from "./answer";
import { stateOf } from "./call";
import { carryOut } from "./carry-out";
import { type CombinedEffects, combineEffects } from "./combined-effects";
import { applyEdit, type Edit } from "./edit";
import { Faults } from "./faults";
import { isMessageId, messages, UNPUBLISHED_ID } from "./messages";
import { defaultRecorderLimits, type RecordedRequest, Recorder, type RecorderLimits } from "./recorder";
import { routes } from "./routes";
import { seededRandom } from "./seeded-random";
import type { SimulatedManager } from "./simulated-manager";
import { worldTruth } from "./truth";
import { warningList } from "./warnings";
import { World } from "./world";
import type { WorldDefinition } from "./world-definition";

export interface SimulationOptions {
  readonly clock?: Clock;
  /** The world's `seed` is used where this is absent, and the system's randomness where both are. */
  readonly random?: Random;
  /** Bounds of the request record. */
  readonly record?: Partial<RecorderLimits>;
  /** Called after every request and edit that may have changed the world. */
  readonly onChange?: () => void;
}

/**
 * The managers without their sockets. All behaviour is a function of the definition, the order of requests, the clock
 * and the random numbers: with the same of each, the answers are the same.
 */
export class Simulation {
  readonly world: World;
  readonly faults: Faults;
  readonly #recorder: Recorder;
  readonly #onChange: () => void;
  readonly #stopped = new AbortController();

  constructor(definition: WorldDefinition, options: SimulationOptions = {}) {
    const random =
      options.random ?? (definition.seed === undefined ? systemRandom : seededRandom(definition.seed));
    this.world = new World(definition, options.clock ?? systemClock, random);
    this.faults = new Faults(random);
    for (const fault of definition.faults ?? []) this.faults.add(fault);
    this.#recorder = new Recorder({ ...defaultRecorderLimits, ...options.record });
    this.#onChange = options.onChange ?? (() => {});
    // Every request that a latency fault delays listens to it.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** Processes one request to the named manager, in one step; only latency faults take time. */
  async handle(name: string, request: SimulatedRequest): Promise<SimulatedAnswer> {
    const manager = this.world.manager(name);
    const effects = combineEffects(this.faults.strike(name, request));
    if (effects.waitBefore > 0) await this.world.clock.sleep(effects.waitBefore, this.#stopped.signal);
    const answer = this.#answer(manager, request, effects);
    this.#recorder.record(this.world.clock.now(), name, request, answer);
    if (effects.waitAfter > 0) await this.world.clock.sleep(effects.waitAfter, this.#stopped.signal);
    return answer;
  }

  /** The latest requests, oldest first, with the secrets in their bodies. */
  requests(): readonly RecordedRequest[] {
    return this.#recorder.list();
  }

  clearRequests(): void {
    this.#recorder.clear();
  }

  /** The whole world with its secret values. */
  truth(): WorldDefinition {
    return worldTruth(this.world);
  }

  /** Throws an `EditError`, and then changes nothing. */
  edit(edit: Edit): void {
    applyEdit(this.world, edit);
    this.#onChange();
  }

  /** Ends the waiting of delayed requests. */
  stop(): void {
    this.#stopped.abort();
  }

  #answer(manager: SimulatedManager, request: SimulatedRequest, effects: CombinedEffects): SimulatedAnswer {
    if (stateOf(manager, effects.influence) === "down") return DROPPED;
    const { instead, afterwards } = effects;
    if (instead !== undefined) return this.#faultAnswer(instead, request);
    const answer = carryOut(this.world, manager, request, effects.influence);
    if (routes.get(request.path)?.writes === true) this.#onChange();
    if (afterwards !== undefined) return this.#faultAnswer(afterwards, request);
    return effects.warnings.length > 0 ? withWarnings(answer, request, effects) : answer;
  }

  #faultAnswer(effect: NonNullable<CombinedEffects["instead"]>, request: SimulatedRequest): SimulatedAnswer {
    if (effect.type === "drop") return DROPPED;
    if (effect.type === "raw") {
      const headers = { "content-type": effect.contentType ?? "text/html" };
      return { type: "response", status: effect.status, headers, body: effect.body };
    }
    const id = effect.messageId ?? UNPUBLISHED_ID;
    const text = isMessageId(id) ? messages[id].text : "a fault of the simulator";
    const headers: Record<string, string> =
      effect.retryAfter === undefined ? {} : { "retry-after": effect.retryAfter };
    return errorResponse(new Refusal(effect.status, id, text, headers), request.path, this.world.clock.now());
  }
}

const DROPPED: SimulatedAnswer = { type: "dropped" };

/** Adds warnings and keeps the complete list: only the fault claims that something is missing. */
function withWarnings(
  answer: SimulatedResponse,
  { path }: SimulatedRequest,
  { warnings }: CombinedEffects,
): SimulatedResponse {
  if (answer.status !== 200 || answer.body === "true") return answer;
  const added = warningList(
    warnings.flatMap(({ messageId, hosts }) => hosts.map((host) => ({ host, trouble: messageId }))),
  );
  const hosts = warnings.flatMap((warning) => warning.hosts);
  // The list of *delete agents* names agents, of which the fault says nothing.
  const made = path.endsWith("/agents/delete") ? {} : { errhostlist: hosts };
  const body: Record<string, unknown> = answer.body === "" ? made : JSON.parse(answer.body);
  const before = Array.isArray(body.messageList) ? body.messageList : [];
  return {
    ...answer,
    headers: { ...answer.headers, "content-type": "application/json;charset=UTF-8" },
    body: JSON.stringify({ ...body, messageList: [...before, ...added] }),
  };
}
