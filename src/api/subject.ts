import type { HttpProxy } from "../platform/proxy";
import type { Pass } from "./authentication";
import type { Call } from "./call";
import type { Show } from "./decode";

/** The login of a manager, as messages name it. */
export interface Login {
  /** The JP1 user; absent for an initial secret. */
  readonly user?: string | undefined;
  /** Where `auth` is declared: `tokyo.yaml:5:11`. */
  readonly declaredAt?: string | undefined;
}

/** What an error message names besides the fault. */
export interface Subject {
  readonly manager: string;
  /** Where the answer came from: `https://immhost01:20703`. */
  readonly origin: string;
  /** The proxy for the requests; absent if they go directly. */
  readonly proxy?: HttpProxy | undefined;
  readonly call: Call<unknown>;
  /** How the call was authenticated. */
  readonly method: Pass["method"];
  readonly show: Show;
  /** Absent for a call without authentication. */
  readonly login?: Login | undefined;
}
