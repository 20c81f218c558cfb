/** The HTTP that a state needs. The implementation adds the credentials, so this code sees no secret. */
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

/** Sends the request once and follows no redirect. Rejects only with a `NoAnswer`. */
export type SendRequest = (request: HttpRequest) => Promise<HttpReply>;

/** Why there is no answer. It is then unknown whether the server carried out the request, unless it was never sent. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** Whether a retry may succeed soon. */
  readonly mayPass: boolean;
  readonly remedy: string | undefined;

  constructor(message: string, mayPass: boolean, remedy?: string) {
    super(message);
    this.mayPass = mayPass;
    this.remedy = remedy;
  }
}
