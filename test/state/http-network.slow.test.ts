/** What every place for a state must do, over the network: in http-storage.test.ts the requests go straight to the server. */
import { createPlatform } from "../../src/library/platform";
import { openHttpState } from "../../src/library/state/http-place";
import { hurriedClock } from "../platform/hurried-clock";
import { type Manner, StateServerStandIn } from "./state-server";
import { keepsAState } from "./storage-contract";

const env = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" };

describe.each<Manner>(["plain", "gitlab"])(
  "a state on a server of Terraform's protocol over the network, in the manner %s",
  (manner) => {
    let server: StateServerStandIn;
    let states = 0;
    beforeEach(async () => {
      server = await StateServerStandIn.open(manner);
    });
    afterEach(() => server.close());

    keepsAState(() => {
      const address = server.address.replace("{manager}", `state-${++states}-{manager}`);
      return () => openHttpState({ address }, createPlatform({ env, clock: hurriedClock() }));
    });
  },
);
