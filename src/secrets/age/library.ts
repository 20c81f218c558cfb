const load = () => import("age-encryption");

/** The age library, an ES module, loaded when the first age text turns up: a run without any does not pay for it. */
export function ageLibrary(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}

let loaded: ReturnType<typeof load> | undefined;
