import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { version } from "../../src/version";
import type { Flavour } from "./flavours";
import { cases } from "./synth-cases";

/** What one synth writes, with what depends on the machine and on the release taken out. */
export interface Synthesised {
  readonly stack: unknown;
  readonly desired: unknown;
}

/** Declares the test of each construct's golden files; `UPDATE_GOLDENS=1` writes them. */
export function goldenTests(flavour: Flavour): void {
  test.each(cases)("%s is synthesised as its golden file says", (name, make) => {
    const { lib } = flavour;
    const stack = new lib.TerraformStack(lib.Testing.app({ outdir: newFolder() }), "jp1");
    new lib.LocalBackend(stack, { path: "terraform.tfstate" });
    make(flavour, stack);
    const made = synthesised(lib.Testing.fullSynth(stack));
    const file = join(__dirname, "goldens", `${name}.json`);
    if (process.env.UPDATE_GOLDENS === "1" && flavour.name === "cdktf")
      writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    expect(made).toEqual(JSON.parse(readFileSync(file, "utf8")));
  });
}

function synthesised(outdir: string): Synthesised {
  const folder = join(outdir, "stacks/jp1");
  const { "//": _metadata, ...stack } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  const text = JSON.stringify(stack)
    // From the stack to this checkout.
    .replace(/(?:\.\.\/)+[^"]*?dist\/cdkt[fn]\/reconcile\.js/g, "PACKAGE/reconcile.js")
    .replace(/(?:\.\.\/)+[^"]*?dist\/cli\/bin\.js/g, "PACKAGE/bin.js")
    .replace(/--working-folder=[^"]*/g, "--working-folder=HERE")
    .replace(/(?:\.\.\/)+[^"]*?\/out\//g, "HERE/out/")
    .replaceAll(`"version":"${version}"`, '"version":"VERSION"');
  const [name = "jp1im.yaml"] = /jp1im\/([^"]*\.yaml)/.exec(text)?.slice(1) ?? [];
  return { stack: JSON.parse(text), desired: parse(readFileSync(join(folder, "jp1im", name), "utf8")) };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "jp1im-cdktf-"));
}
