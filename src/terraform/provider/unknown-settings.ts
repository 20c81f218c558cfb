import { type Fault, fault } from "../fault";
import { attributesOf, isKnown, type Value } from "../values/type";

/** A fault for each setting that is known only at the apply, as one that another resource or an ephemeral one gives: no manager can be asked before. */
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
