import type { Attrs } from "../../src/terraform/resources/resource-type";
import { errorsIn, objectFrom, objectOf, type ProviderClient } from "./provider-client";

/** What Terraform would show of one call. */
export interface Shown {
  readonly state: Attrs;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** The first attribute that each is about. */
  readonly paths: readonly (string | undefined)[];
}

/** One resource through the calls of Terraform, which keeps what it is given between them. */
export class ResourceLife {
  #client: ProviderClient;
  readonly #typeName: string;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  #kept: any = {};

  constructor(client: ProviderClient, typeName: string) {
    this.#client = client;
    this.#typeName = typeName;
  }

  get state(): Attrs {
    return this.#kept.newState ? (objectFrom(this.#typeName, this.#kept.newState) ?? {}) : {};
  }

  get client(): ProviderClient {
    return this.#client;
  }

  /** With another process of the provider from now on. */
  on(client: ProviderClient): this {
    this.#client = client;
    return this;
  }

  /** The same as Terraform has it where it was killed before it could store what comes. */
  copy(): ResourceLife {
    const copy = new ResourceLife(this.#client, this.#typeName);
    copy.#kept = this.#kept;
    return copy;
  }

  /** As an earlier version left it. */
  edit(more: Attrs): void {
    this.#kept = { ...this.#kept, newState: objectOf(this.#typeName, { ...this.state, ...more }) };
  }

  async plan(config: Attrs): Promise<Shown> {
    const answer = await this.#planned(config);
    return this.#shown(answer, answer.plannedState);
  }

  /** `afterPlan` happens between the two. */
  async apply(config: Attrs, afterPlan: () => unknown = () => {}): Promise<Shown> {
    const { plannedState, plannedPrivate, diagnostics } = await this.#planned(config);
    if (errorsIn({ diagnostics }).length > 0) throw new Error(`refused: ${JSON.stringify(diagnostics)}`);
    await afterPlan();
    const request = { ...this.#request(config), plannedState, plannedPrivate };
    const answer = await this.#client.call("applyResourceChange", request);
    this.#kept = answer;
    return this.#shown(answer, answer.newState);
  }

  async import(id: string): Promise<Shown> {
    const request = { typeName: this.#typeName, id };
    const { importedResources = [], diagnostics } = await this.#client.call("importResourceState", request);
    const [{ state, private: own } = { state: null, private: null }] = importedResources;
    this.#kept = { newState: state, private: own };
    return this.#shown({ diagnostics }, state);
  }

  async refresh(): Promise<Shown> {
    const { newState: currentState, private: own } = this.#kept;
    const answer = await this.#client.call("readResource", {
      ...{ typeName: this.#typeName, currentState, private: own },
    });
    this.#kept = answer;
    return this.#shown(answer, answer.newState);
  }

  async destroy(): Promise<Shown> {
    const { newState: priorState, private: plannedPrivate } = this.#kept;
    const answer = await this.#client.call("applyResourceChange", {
      ...{ typeName: this.#typeName, config: NOTHING, plannedState: NOTHING, priorState, plannedPrivate },
    });
    this.#kept = answer;
    return this.#shown(answer, answer.newState);
  }

  async planDestroy(): Promise<Shown> {
    const { newState: priorState, private: priorPrivate } = this.#kept;
    const answer = await this.#client.call("planResourceChange", {
      ...{ typeName: this.#typeName, config: NOTHING, proposedNewState: NOTHING, priorState, priorPrivate },
    });
    return this.#shown(answer, answer.plannedState);
  }

  #planned(config: Attrs) {
    const { newState: priorState, private: priorPrivate } = this.#kept;
    const proposedNewState = objectOf(this.#typeName, { ...this.state, ...config });
    return this.#client.call("planResourceChange", {
      ...{ ...this.#request(config), proposedNewState },
      ...(priorState && { priorState, priorPrivate }),
    });
  }

  #request(config: Attrs) {
    const { newState: priorState } = this.#kept;
    return {
      ...{ typeName: this.#typeName, config: objectOf(this.#typeName, config) },
      ...(priorState && { priorState }),
    };
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  #shown({ diagnostics = [] }: any, wire: any): Shown {
    // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
    const texts = (found: any[]) => found.map(({ summary, detail }) => `${summary}\n${detail}`);
    const errors = errorsIn({ diagnostics });
    return {
      // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
      paths: diagnostics.map((each: any) => each.attribute?.steps?.[0]?.attributeName),
      state: objectFrom(this.#typeName, wire) ?? {},
      errors: texts(errors),
      // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
      warnings: texts(diagnostics.filter((each: any) => !errors.includes(each))),
    };
  }
}

const NOTHING = { msgpack: Buffer.from([0xc0]) };
