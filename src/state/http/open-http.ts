import type { Diagnostic } from "../../model/diagnostic";
import type { Clock } from "../../platform/clock";
import type { Random } from "../../platform/random";
import type { LockOwner } from "../lock/holder";
import { RemoteStorage } from "../remote/remote-storage";
import type { Observer, Storage } from "../storage";
import { type HttpAddresses, withDefaults } from "./addresses";
import type { SendRequest } from "./exchange";
import { HttpBackend } from "./http-backend";
import { StateServer } from "./state-server";
import type { DeclaredManagers } from "./unlisted-parts";

const NONE: DeclaredManagers = { all: [], used: [] };

export interface HttpStateOptions {
  /** Checks which runs have ended. */
  readonly observer?: Observer;
  readonly addresses: HttpAddresses;
  readonly send: SendRequest;
  /** The credentials that the server gets, for messages. */
  readonly credentials: string;
  readonly loginRemedy: string;
  /** The owner that short locks name. */
  readonly owner: LockOwner;
  readonly declared?: DeclaredManagers | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Receives warnings. */
  readonly report?: (diagnostic: Diagnostic) => void;
  /** Once aborted, reads without a lock end at once. */
  readonly signal?: AbortSignal;
}

/** The state on a server of Terraform's HTTP protocol. Nothing is sent yet. */
export function openHttp(options: HttpStateOptions): Storage {
  const { owner, declared = NONE, clock, random, observer, signal } = options;
  const addresses = withDefaults(options.addresses);
  const location = addresses.address;
  const server = new StateServer({ ...options, addresses });
  return new RemoteStorage(
    new HttpBackend({ location, server, owner, declared, clock, random }),
    observer,
    signal,
  );
}
