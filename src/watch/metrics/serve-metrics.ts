import { WatchMetrics } from "./metrics";
import { type ListenAddress, type Listening, listen, type Page } from "./server";

export interface Probes {
  /** False if the watch is stuck and needs a restart. */
  readonly isAlive: () => boolean;
  /** False if it is about to end and takes no more managers. */
  readonly isReady: () => boolean;
}

export interface ServedMetrics extends Listening {
  readonly metrics: WatchMetrics;
}

/** `/metrics` for Prometheus, `/healthz` and `/readyz` for Kubernetes. */
export async function serveMetrics(address: ListenAddress, probes: Probes): Promise<ServedMetrics> {
  const metrics = new WatchMetrics();
  const probe = (isWell: () => boolean, ill: string) => async () =>
    plainPage(isWell() ? "ok" : ill, isWell());
  const text = async (): Promise<Page> => ({
    status: 200,
    type: metrics.contentType,
    text: await metrics.text(),
  });
  const pages = new Map([
    ["/metrics", text],
    ["/healthz", probe(probes.isAlive, "stuck")],
    ["/readyz", probe(probes.isReady, "stopping")],
  ]);
  const listening = await listen(address, pages);
  return { metrics, ...listening };
}

function plainPage(text: string, isWell: boolean): Page {
  return { status: isWell ? 200 : 503, type: "text/plain; charset=utf-8", text: `${text}\n` };
}
