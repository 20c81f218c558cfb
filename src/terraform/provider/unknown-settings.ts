import { type Fault, fault } from "../fault";
import { attributesOf, isKnown, type Value } from "../values/type";

/**
 * A fault for each setting that is unknown before the apply, for example because another resource provides it. The
 * provider cannot ask a manager before it knows them all.
 */
export function unknownSettings(config: Value): readonly Fault[] {
  const given = attributesOf(config);
  const names = Object.keys(given).filter((name) => !isKnown(given[name]));
  return names.map((name) =>
    fault(
      [name],
      `\`${name}\` of the provider is known only after an apply`,
      "Give the provider values that do not depend on resources, or apply those first with `-target`.",
    ),
  );
}
