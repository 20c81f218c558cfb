import type { SourceValues } from "../../resources/planning";
import type { KnownValues } from "./agent-blocks";

/** What a run knows of values, as a kind asks for it. */
export function sourceValues(known: KnownValues): SourceValues {
  const { values, lacking, versions, fingerprints, versionDigests } = known;
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
    lacks: (source) => lacking?.has(source) === true,
    refuse: (needed) => lacking?.refuse(needed),
  };
}
