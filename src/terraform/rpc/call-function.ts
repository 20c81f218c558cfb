import { functions } from "../functions/functions";
import { ArgumentError } from "../functions/provider-function";
import type { Answer, WireValue } from "../protocol/wire";
import { decodeValue } from "../values/decode-value";
import { encodeValue } from "../values/encode-value";

export async function callFunction(request: {
  readonly name: string;
  readonly arguments: readonly WireValue[];
}): Promise<Answer> {
  const called = functions.get(request.name);
  if (called === undefined) return { error: { text: `there is no function ${request.name}` } };
  try {
    const args = request.arguments.map(({ msgpack }) => String(msgpack && decodeValue("string", msgpack)));
    return { result: { msgpack: encodeValue(called.returns, called.call(args)) } };
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return { error: { text: error.message, functionArgument: error.index } };
  }
}
