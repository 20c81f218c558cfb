import type { SourceValues } from "../../resources/planning";
import type { KnownValues } from "./agent-blocks";

/** What a run knows of values, as a kind asks for it. */
export function sourceValues(known: KnownValues): SourceValues {
  const { values, missing, versions, fingerprints, versionDigests } = known;
  return {
    fingerprint(address, source) {
      const value = values?.get(source);
      return value && fingerprints.value(address, value);
    },
    version(address, source) {
      const version = versions?.get(source);
      return (
        version && versionDigests && { digest: versionDigests.of(address, version), isHint: version.isHint }
      );
    },
    isMissing: (source) => missing?.has(source) === true,
    refuse: (needed) => missing?.refuse(needed),
  };
}
