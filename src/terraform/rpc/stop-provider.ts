import type { Answer } from "../protocol/wire";
import type { Provider } from "../provider/provider";

/** Requests in flight are finished and recorded; no further one is begun. */
export async function stopProvider(_request: unknown, provider: Provider): Promise<Answer> {
  provider.stop();
  return {};
}
