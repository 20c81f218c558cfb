/** What must hold of writes whose answers were lost. */
import { type Exchange, READS } from "../network";
import { changedBy, keysOf, type RequestInvariant } from "./requests";

/** After a write whose effect is not known, the same is not written again before it was read. */
export const readsBeforeItWritesAgain: RequestInvariant = (exchange) => {
  if (!exchange.isWrite) return [];
  const { run } = exchange;
  const earlier = run.exchanges.slice(0, -1).reverse();
  for (const other of earlier) {
    if (other.manager !== exchange.manager) continue;
    if (reads(other, exchange) && other.status === 200) return [];
    if (other.isWrite && concernsTheSame(other, exchange)) {
      // Nothing reads an initial secret: one whose answer was lost is replaced by the next.
      const isRepeat = exchange.call !== "secret/generateInfo" && isOpen(other);
      return isRepeat ? [`${exchange.call} is repeated before the tool has read what the first one did`] : [];
    }
  }
  return [];
};

/** Whether a write was carried out, or may have been: a refusal says for certain that it was not. */
function isOpen({ status }: Exchange): boolean {
  return typeof status !== "number" || status < 400 || status >= 500;
}

/** Whether a request is to settle a write whose effect is not known, and is not answered either. */
export function isSecondFailure(exchange: Exchange): boolean {
  if (exchange.status === 200) return false;
  const { exchanges } = exchange.run;
  const earlier = exchanges.slice(0, exchanges.indexOf(exchange)).reverse();
  const write = earlier.find(
    (other) =>
      other.isWrite &&
      other.manager === exchange.manager &&
      (concernsTheSame(other, exchange) || reads(exchange, other)),
  );
  return write !== undefined && isOpen(write) && write.status !== 200;
}

/** Whether a request shows what a write is about. */
function reads(read: Exchange, write: Exchange): boolean {
  if (read.call !== READS[write.call]) return false;
  return write.call !== "agents/secrets/change" || isSameAgent(read, write);
}

function concernsTheSame(one: Exchange, other: Exchange): boolean {
  if (READS[one.call] !== READS[other.call]) return false;
  if (one.call === "agents/secrets/change") {
    const keys = new Set(keysOf(one.body));
    return isSameAgent(one, other) && keysOf(other.body).some((key) => keys.has(key));
  }
  const names = new Set(changedBy(one));
  return one.call === other.call && changedBy(other).some((name) => names.has(name));
}

export function isSameAgent(one: Exchange, other: Exchange): boolean {
  return one.body.agenthost === other.body.agenthost && one.body.managerhost === other.body.managerhost;
}
