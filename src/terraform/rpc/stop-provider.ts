import type { Answer } from "../protocol/wire";
import type { Provider } from "../provider/provider";

/** Requests in flight finish, and the state records them. No further request starts. */
export async function stopProvider(_request: unknown, provider: Provider): Promise<Answer> {
  provider.stop();
  return {};
}
