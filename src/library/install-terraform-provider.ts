import { arch, platform as operatingSystem } from "node:os";
import { join, resolve } from "node:path";
import { damagedInstallation } from "../model/damaged-installation";
import { failure } from "../model/diagnostic";
import { fileFault } from "../platform/file-fault";
import type { FileSystem } from "../platform/file-system";
import { readPackageFile } from "../platform/package-files";
import { version } from "../version";
import type { Platform } from "./platform";

export interface InstallProviderOptions {
  /** A Terraform filesystem mirror; by default the one that Terraform reads without configuration. */
  readonly pluginDir?: string | undefined;
}

export interface InstalledProvider {
  readonly version: string;
  /** The absolute folders that contain it. */
  readonly folders: readonly string[];
}

/** Where this package has the provider. */
const BUILT = "dist/terraform";

/** The default registries of Terraform and OpenTofu, for a source without a host. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];

/** Terraform's words for a processor. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/**
 * Copies the provider to where `terraform init` and `tofu init` find it without a network, as `jp1im/jp1im` of this
 * package's version. It overwrites files of that version. Throws a `DiagnosticError` if the folder is not writable.
 *
 * @example
 * const { folders } = await installTerraformProvider({ pluginDir: "mirror" }, createPlatform());
 */
export async function installTerraformProvider(
  { pluginDir }: InstallProviderOptions,
  platform: Platform,
): Promise<InstalledProvider> {
  const mirror = pluginDir === undefined ? impliedMirror(platform) : resolve(platform.cwd, pluginDir);
  if (operatingSystem() === "win32") throw noWindows();
  const system = `${operatingSystem()}_${ARCHITECTURES[arch()] ?? arch()}`;
  const folders = REGISTRIES.map((registry) => join(mirror, registry, "jp1im/jp1im", version, system));
  const files = [
    { from: "provider.js", to: "provider.js", mode: 0o644 },
    { from: "provider.js.cache", to: "provider.js.cache", mode: 0o644 },
    { from: "provider.cjs", to: "provider.cjs", mode: 0o644 },
    { from: "provider.licenses.txt", to: "provider.licenses.txt", mode: 0o644 },
    // Last: with this file, the folder counts as a provider.
    { from: "launcher.sh", to: `terraform-provider-jp1im_v${version}`, mode: 0o755 },
  ];
  for (const folder of folders) {
    for (const { from, to, mode } of files) await copy(`${BUILT}/${from}`, join(folder, to), mode, platform);
  }
  return { version, folders };
}

function impliedMirror({ env }: Platform): string {
  const { HOME } = env;
  if (HOME) return join(HOME, ".terraform.d/plugins");
  throw failure({
    code: "usage",
    summary: "there is no HOME in the environment, below which Terraform looks for providers",
    remedy:
      "name a folder: --plugin-dir PATH, and the same path as `filesystem_mirror` in Terraform's CLI configuration",
  });
}

/** Copies atomically, because Terraform may be reading the file. */
async function copy(from: string, to: string, mode: number, { fileSystem, random }: Platform): Promise<void> {
  const content = packageFile(from);
  const draft = `${to}.${random.bytes(6).toString("hex")}`;
  try {
    await fileSystem.makeFolder(join(to, ".."));
    await write(fileSystem, draft, content, mode);
    await fileSystem.rename(draft, to);
  } catch (error) {
    await fileSystem.unlink(draft).catch(() => undefined);
    throw failure(
      {
        code: "provider-unwritable",
        summary: `the provider cannot be installed as ${to}: ${fileFault(error)}`,
        remedy: "name a folder that can be written: --plugin-dir PATH",
      },
      { cause: error },
    );
  }
}

function packageFile(path: string): Buffer {
  try {
    return readPackageFile(path);
  } catch (error) {
    throw failure(damagedInstallation(path, fileFault(error)), { cause: error });
  }
}

async function write(fileSystem: FileSystem, path: string, content: Buffer, mode: number): Promise<void> {
  const file = await fileSystem.open(path, "wx", mode);
  try {
    await file.write(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function noWindows() {
  return failure({
    code: "usage",
    summary: "the Terraform provider needs a shell to start, which Windows does not have",
    remedy: "run Terraform in WSL, or use the cdktf constructs",
  });
}
