import type { SimulatedAnswer, SimulatedRequest } from "./answer";
import { type Edit, EditError } from "./edit";
import type { Fault } from "./fault";
import { type Listener, listen } from "./http-server";
import { maskDefinition, maskJsonText } from "./mask";
import type { Simulation } from "./simulation";
import { checkEdit, checkFault } from "./world-errors";

export const CONTROL_PATH = "/_simulator";

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  /** Show secret values; otherwise they are masked. */
  readonly showSecrets: boolean;
  /** URLs by manager name. */
  readonly managers: ReadonlyMap<string, string>;
}

/** The simulator's control API, on a separate port: faults, edits, recorded requests and the truth. */
export function startControl(simulation: Simulation, options: ControlOptions): Promise<Listener> {
  return listen({ host: options.host, port: options.port, bodyLimit: 1_048_576 }, async (request) =>
    answerControl(simulation, options, request),
  );
}

function answerControl(
  simulation: Simulation,
  options: ControlOptions,
  request: SimulatedRequest,
): SimulatedAnswer {
  const path = request.path.startsWith(`${CONTROL_PATH}/`) ? request.path.slice(CONTROL_PATH.length + 1) : "";
  // A web page can send a form or plain text to this port without asking, but not JSON.
  if (request.method !== "GET" && !/^application\/json\b/.test(String(request.headers["content-type"]))) {
    return json(415, { error: "send Content-Type: application/json" });
  }
  const [noun = "", id] = path.split("/");
  switch (`${request.method} ${noun}`) {
    case "GET managers":
      return json(200, { managers: Object.fromEntries(options.managers) });
    case "GET requests":
      return json(200, { requests: simulation.requests().map(options.showSecrets ? same : masked) });
    case "DELETE requests":
      simulation.clearRequests();
      return json(200, {});
    case "GET truth":
      return json(200, options.showSecrets ? simulation.truth() : maskDefinition(simulation.truth()));
    case "GET faults":
      return json(200, { faults: simulation.faults.list() });
    case "POST faults":
      return withBody<Fault>(request, checkFault, (fault) => ({ id: simulation.faults.add(fault) }));
    case "DELETE faults":
      if (id === undefined) simulation.faults.clear();
      else if (!simulation.faults.remove(Number(id))) return json(404, { error: `there is no fault ${id}` });
      return json(200, {});
    case "POST edits":
      return withBody<Edit>(request, checkEdit, (edit) => {
        simulation.edit(edit);
        return {};
      });
    default:
      return json(404, { error: "there is no such control: see BEHAVIOUR.md" });
  }
}

function withBody<T>(
  request: SimulatedRequest,
  check: (value: unknown) => readonly string[],
  act: (value: T) => unknown,
): SimulatedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    return json(400, { error: "the body is not JSON" });
  }
  const errors = check(value);
  if (errors.length > 0) return json(400, { error: errors.join("; ") });
  try {
    return json(200, act(value as T));
  } catch (error) {
    if (error instanceof EditError) return json(409, { error: error.message });
    throw error;
  }
}

function json(status: number, value: unknown): SimulatedAnswer {
  return {
    type: "response",
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}

function same<T>(value: T): T {
  return value;
}

function masked<T extends { readonly body: string }>(recorded: T): T {
  return { ...recorded, body: maskJsonText(recorded.body) };
}
