import type { HttpProxy } from "../platform/proxy";
import type { Pass } from "./authentication";
import type { Call } from "./call";
import type { Show } from "./decode";

/** What a manager is entered with, as a person looks for it. */
export interface Login {
  /** The JP1 user; absent of an initial secret. */
  readonly user?: string;
  /** Where `auth` is declared: `tokyo.yaml:5:11`. */
  readonly declaredAt?: string;
}

/** What an error names beyond the fault itself. */
export interface Subject {
  readonly manager: string;
  /** Where the answer came from: `https://immhost01:20703`. */
  readonly origin: string;
  /** What the requests go through, where they do not go directly. */
  readonly proxy?: HttpProxy;
  readonly call: Call<unknown>;
  /** How the call was authenticated. */
  readonly method: Pass["method"];
  readonly show: Show;
  /** What it is entered with. */
  readonly login?: Login;
}
