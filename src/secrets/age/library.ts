const load = () => import("age-encryption");

/** The age library, an ES module, loaded with the first age text: runs without any do not load it. */
export function ageLibrary(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}

let loaded: ReturnType<typeof load> | undefined;
