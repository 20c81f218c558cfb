/** What must hold of issued secrets in the course of time. */
import { clientAddress } from "../../../src/model/address";
import { isProtected, sinkFiles } from "../desired";
import { declaredGeneration, isGeneration, mayBeDue, TEMPLATE } from "../lifetimes";
import type { Exchange } from "../network";
import type { Run } from "../run";
import type { Scene } from "../scene";
import type { QuietInvariant } from "./quiet";

/**
 * An earlier generation of a client stays until its successor has been in its sink for the overlap. What somebody else
 * made under such a name is none.
 */
export const keepsTheOverlap = (
  { run: { desired }, manager, call, body }: Exchange,
  scene: Scene,
): string[] => {
  const successor = declaredGeneration(desired);
  if (call !== "secret/client/deleteInfo" || manager !== "tokyo" || !successor || scene.jumpedBack) return [];
  const earlier = body.clientIds.filter((id: string) => isGeneration(id) && id !== successor);
  const { ledger, time } = scene;
  const entry = ledger.clients.get(`tokyo ${successor}`);
  const client = desired.clients[successor];
  const isDelivered =
    entry !== undefined &&
    client &&
    sinkFiles(successor, client).every((file) => scene.read(file) === entry.value);
  return earlier
    .filter((id: string) => ledger.client("tokyo", id) !== undefined)
    .filter((id: string) => ledger.clients.get(`tokyo ${id}`)?.owner !== "others")
    .flatMap((id: string) => {
      if (!isDelivered) return [`it deletes ${id}, and the secret of ${successor} is not in its sink`];
      const left = entry.at + TEMPLATE.overlapMs - time.now();
      return left > 0 ? [`it deletes ${id} ${left} ms before its overlap with ${successor} is over`] : [];
    });
};

/** A client that is delivered and as declared is not issued again before it is due. */
export const reissuesOnlyWithReason = ({ run, manager, call, body }: Exchange, scene: Scene): string[] => {
  if (call !== "secret/client/deleteInfo" || manager !== "tokyo") return [];
  const { ledger, settled, time } = scene;
  return body.clientIds.flatMap((id: string) => {
    const [client, entry] = [run.desired.clients[id], ledger.clients.get(`tokyo ${id}`)];
    const before = settled.get(id);
    if (!client || !entry || before?.secret !== entry.value || entry.tampered) return [];
    const isDue = mayBeDue(client, run.desired, time.now() - entry.at);
    return isDue || client.generation !== before.generation ? [] : [`it issues ${id} again without a reason`];
  });
};

/** Once the overlap is over, one more run leaves no earlier generation. */
export const oneGenerationIsLeft: QuietInvariant = ({ desired, result }, _planned, scene): string[] => {
  const successor = declaredGeneration(desired);
  const isBlocked = result?.type !== "outcome" || result.outcome.plan.blocked.length > 0;
  if (!successor || isBlocked) return [];
  return earlierGenerations(desired, scene).map((id) => `${id} is still there beside ${successor}`);
};

/** What may go once the overlap is over. */
export function earlierGenerations(desired: Run["desired"], { ledger }: Scene): string[] {
  const { policy } = desired;
  const successor = declaredGeneration(desired);
  if (successor === undefined || policy.prune === "none") return [];
  return [...ledger.clients.keys()]
    .filter((name) => name.startsWith("tokyo "))
    .map((name) => name.slice("tokyo ".length))
    .filter((id) => isGeneration(id) && id !== successor && ledger.client("tokyo", id) !== undefined)
    .filter((id) => !isProtected(policy, id, clientAddress("tokyo", id)));
}
