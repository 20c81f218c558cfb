/**
 * Node's environment of jest, for less of the processor's time: a worker compiles each module once and not once for each test
 * file, modules find the language's own objects without asking the sandbox, and nothing of a test file stays behind in
 * `node:async_hooks`, where it would slow down every promise of those after it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import vm, { type CompileFunctionOptions, type Context } from "node:vm";
import { TestEnvironment } from "jest-environment-node";

/** Those that no test replaces: not `Date`, for one. */
const BUILT_IN =
  "Array,BigInt,Boolean,Buffer,Error,Function,JSON,Map,Math,Number,Object,Promise,Proxy,RangeError,Reflect,RegExp,Set,String,Symbol,TypeError,Uint8Array,WeakMap,WeakSet";

interface Compiled {
  readonly source: string;
  readonly script: vm.Script;
}

const compiled = new Map<string, Compiled>();
const builtIn = new WeakMap<Context, unknown[]>();
const storages = new Set<AsyncLocalStorage<unknown>>();

/** What jest-runtime calls for each module; the original compiles each time. */
vm.compileFunction = ((source: string, parameters: string[], options: CompileFunctionOptions) => {
  const context = options.parsingContext as Context;
  if (!builtIn.has(context)) builtIn.set(context, vm.runInContext(`[${BUILT_IN}]`, context));
  const script = scriptOf(source, parameters, options.filename as string);
  return script.runInContext(context)(...(builtIn.get(context) as unknown[]));
}) as typeof vm.compileFunction;

function scriptOf(source: string, parameters: string[], filename: string): vm.Script {
  const known = compiled.get(filename);
  if (known?.source === source) return known.script;
  const head = `(${BUILT_IN}) => function (${parameters}) {`;
  const script = new vm.Script(`${head}${source}\n}`, { filename, columnOffset: -head.length });
  compiled.set(filename, { source, script });
  return script;
}

const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...call: never) {
  storages.add(this);
  return run.apply(this, call);
} as typeof run;

export default class extends TestEnvironment {
  override async teardown(): Promise<void> {
    await super.teardown();
    for (const storage of storages) storage.disable();
    storages.clear();
  }
}
