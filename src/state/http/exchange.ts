/** The HTTP that a state needs. What implements it adds the credentials, so that no secret comes in here. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** JSON. */
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Sends once, follows no redirect. Rejects with a `NoAnswer` and with nothing else. */
export type SendRequest = (request: HttpRequest) => Promise<HttpReply>;

/** Why there is no answer. Whether the server carried the request out is then unknown, unless the request never left. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** Whether the same request may succeed a little later. */
  readonly mayPass: boolean;
  readonly remedy: string | undefined;

  constructor(message: string, mayPass: boolean, remedy?: string) {
    super(message);
    this.mayPass = mayPass;
    this.remedy = remedy;
  }
}
