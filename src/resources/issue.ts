import type { IssuedSecret } from "../api/port";

export interface IssueSteps {
  /** Makes the intent durable. Called before every request, because an earlier failure may have undone it. */
  intend(): Promise<void>;
  send(): Promise<IssuedSecret>;
  /** After a failed request: resolves when another one may be sent, or throws the error of the issue. */
  failed(error: unknown, attempt: number): Promise<void>;
}

/** Issues one secret, which is shown once: no request is sent before its intent is durable. */
export async function issue({ intend, send, failed }: IssueSteps): Promise<IssuedSecret> {
  for (let attempt = 1; ; attempt++) {
    await intend();
    try {
      return await send();
    } catch (error) {
      await failed(error, attempt);
    }
  }
}

/** The ID is registered already. */
export const CLIENT_IS_TAKEN = "KAJY68004-E";
