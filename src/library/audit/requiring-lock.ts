import { ManagerError } from "../../api/manager-error";
import type { OnWrite, WriteToSend } from "../../api/port";
import { DiagnosticError } from "../../model/diagnostic";
import type { StateStore } from "../../state/port";

/**
 * Looks at the lock again once a write has its line in the trail, because that may take long: a run that lost its lock
 * meanwhile does not send the write.
 */
export function requiringLock(
  onWrite: OnWrite,
  state: Pick<StateStore, "mayWrite" | "requireHeld">,
): OnWrite {
  return async (write) => {
    const end = await onWrite(write);
    if (!state.mayWrite(write.manager)) return end;
    try {
      await state.requireHeld(write.manager);
    } catch (cause) {
      const error = notSent(write, cause);
      await end({ requests: 0, error });
      throw error;
    }
    return end;
  };
}

function notSent({ manager, method, path }: WriteToSend, cause: unknown): unknown {
  const [first] = cause instanceof DiagnosticError ? cause.diagnostics : [];
  if (first === undefined) return cause;
  const request = `${method} ${path}`;
  const { summary, remedy } = first;
  return new ManagerError(
    {
      ...{ manager, request, code: "lock-lost", effect: "none", remedy },
      summary: `${request} was not sent: ${summary}`,
    },
    { cause },
  );
}
