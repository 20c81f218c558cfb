/** Two managers whose state is on an HTTP server, without a key beside it. */
import { apply } from "../../src/index";
import type { Rig } from "../rig/rig";
import { StateServerStandIn } from "../state/state-server";
import { bothRig } from "../watch/watched";

const keys = [1, 2].map((byte) => Buffer.alloc(32, byte).toString("base64"));
export const [first = "", second = ""] = keys;
export const agents = [{ match: "web*", secrets: { k: { env: "VALUE" } } }];
export const options = { files: ["jp1im.yaml"], state: "https://s.test/states/{manager}" };

export class Shared {
  readonly server = new StateServerStandIn("plain", "ops", "s3cret");

  constructor(readonly rig: Rig) {}

  platform(key: string | undefined, env: object = {}) {
    const access = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret", JP1IM_STATE_KEY: key };
    const own = { ...this.rig.env, VALUE: "a value", ...access, ...env };
    const stateTransport = () => this.server.transport();
    return { ...this.rig.platform(), env: own, stateTransport };
  }

  apply(key: string | undefined, more: object = {}, env: object = {}) {
    return apply({ ...options, ...more }, this.platform(key, env));
  }
}

export async function applied(managers: readonly string[] = []): Promise<Shared> {
  const shared = new Shared(await bothRig({ tokyo: { agents } }));
  const outcome = await shared.apply(first, { managers });
  expect(outcome?.summary).toMatchObject({ failed: 0, skipped: 0 });
  shared.rig.takeWrites();
  return shared;
}
