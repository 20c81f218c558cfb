import { allKinds } from "../model/kind-names";
import type { DecodeContext } from "../yaml/decode-context";
import { listed, quote } from "../yaml/quote";
import { textOf, type YamlNode } from "../yaml/yaml-node";

const SEGMENTS = allKinds.map(({ segment }) => segment);

/**
 * One pattern of `policy.protect`. An address pattern that can match no address of this manager protects nothing: a
 * diagnostic.
 */
export function decodeProtect(
  manager: string,
  node: YamlNode,
  { source, diagnostics }: DecodeContext,
): string {
  const pattern = textOf(node);
  const [first = "", second = "", ...rest] = pattern.split("/");
  const report = (why: string, remedy: string) =>
    diagnostics.add({
      code: "out-of-range",
      summary: `the pattern ${quote(pattern)} protects nothing of ${manager}: ${why}`,
      remedy,
      address: manager,
      position: source.position(node.start),
    });
  if (!pattern.includes("/") || isWild(first)) return pattern;
  if (first !== manager) {
    report(
      `its addresses begin with ${quote(`${manager}/`)}`,
      `begin it with ${quote(`${manager}/`)} or ${quote("*/")}`,
    );
  } else if ((!isWild(second) && !SEGMENTS.includes(second)) || rest.includes("")) {
    report(
      `after ${quote(`${manager}/`)} comes ${listed(SEGMENTS, "or")}, and a name`,
      "compare it with `jp1im state list`",
    );
  }
  return pattern;
}

/** A star may match slashes, so the segments after it are unknown. */
function isWild(segment: string): boolean {
  return /[*?]/.test(segment);
}
