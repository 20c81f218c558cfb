import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installTerraformProvider } from "../../src/library/install-terraform-provider";
import { createPlatform } from "../../src/library/platform";
import { version } from "../../src/version";

beforeAll(() => {
  spawnSync(process.execPath, [join(__dirname, "../../.ci/terraform.mjs")]);
});

test("the provider is installed for Terraform and for OpenTofu, and once more over itself", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "jp1im-install-"));
  const platform = createPlatform({ cwd });
  await installTerraformProvider({ pluginDir: "mirror" }, platform);
  const { folders } = await installTerraformProvider({ pluginDir: "mirror" }, platform);
  expect(folders.map((folder) => folder.slice(cwd.length).split("/").slice(0, 6).join("/"))).toEqual([
    `/mirror/registry.terraform.io/jp1im/jp1im/${version}`,
    `/mirror/registry.opentofu.org/jp1im/jp1im/${version}`,
  ]);
  for (const folder of folders) {
    const launcher = `terraform-provider-jp1im_v${version}`;
    expect(readdirSync(folder).sort()).toEqual([
      "provider.cjs",
      "provider.js",
      "provider.js.cache",
      "provider.licenses.txt",
      launcher,
    ]);
    expect(statSync(join(folder, launcher)).mode & 0o111).toBe(0o111);
  }
});

test("without a folder it goes to where Terraform looks by itself", async () => {
  const HOME = mkdtempSync(join(tmpdir(), "jp1im-home-"));
  const { folders } = await installTerraformProvider({}, createPlatform({ env: { HOME } }));
  expect(folders[0]).toContain(join(HOME, ".terraform.d/plugins/registry.terraform.io"));
  await expect(installTerraformProvider({}, createPlatform({ env: {} }))).rejects.toThrow("there is no HOME");
});

test("a folder that cannot be made is an error that names it", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "jp1im-install-"));
  writeFileSync(join(cwd, "file"), "");
  const installing = installTerraformProvider({ pluginDir: "file" }, createPlatform({ cwd }));
  await expect(installing).rejects.toMatchObject({ diagnostics: [{ code: "provider-unwritable" }] });
});

test.each<[string, (file: string) => void]>([
  ["is missing", rmSync],
  ["is cut short", (file) => truncateSync(file, 100_000)],
])(
  "where the installed program %s, the line that Terraform shows says to install it again",
  async (_, damage) => {
    const cwd = mkdtempSync(join(tmpdir(), "jp1im-install-"));
    const { folders } = await installTerraformProvider({ pluginDir: "mirror" }, createPlatform({ cwd }));
    const folder = folders[0] ?? "";
    damage(join(folder, "provider.js"));
    const { status, stdout, stderr } = spawnSync(join(folder, `terraform-provider-jp1im_v${version}`));
    expect(stdout.toString()).toBe(
      `the jp1im provider is damaged or incomplete (${join(folder, "provider.js")}): ` +
        "run `jp1im terraform-provider install` again\n",
    );
    expect([status, stderr.toString()]).toEqual([1, ""]);
  },
);
