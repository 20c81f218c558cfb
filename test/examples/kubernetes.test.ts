/** The manifests and the image of `examples/kubernetes`. No cluster is here to run them. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IDeployment } from "kubernetes-models/apps/v1";
import type { ICronJob, IJob } from "kubernetes-models/batch/v1";
import type { IPodTemplateSpec } from "kubernetes-models/v1";
import { parse } from "yaml";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { commandsOnPage, refusalsOf } from "./command-lines";
import { type Manifest, schemaErrors, typeErrors } from "./manifest-types";

const EXAMPLE = join(__dirname, "../../examples/kubernetes");
const read = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");
// As Kubernetes reads it: 0440 is octal.
const parsed = (name: string) => parse(read(name), { version: "1.1" });
const page = read("README.md");

const folders = ["base", "watch", "nightly", "shards"];
const kustomizations = folders.map((folder) => ({ folder, ...parsed(`${folder}/kustomization.yaml`) }));
const files: readonly string[] = kustomizations.flatMap(({ folder, resources }) =>
  resources.filter((name: string) => name !== "../base").map((name: string) => `${folder}/${name}`),
);
const manifests: readonly Manifest[] = files.map(parsed);

const deployment: IDeployment = parsed("watch/deployment.yaml");
const cronJob: ICronJob = parsed("nightly/cron-job.yaml");
const job: IJob = parsed("shards/job.yaml");

/** A pod as the manifests here have it: with one container. */
function podOf(template: IPodTemplateSpec | undefined) {
  const spec = template?.spec;
  const [container, ...others] = spec?.containers ?? [];
  if (spec === undefined || container === undefined || others.length > 0)
    throw new Error("not one container");
  return { labels: template?.metadata?.labels, spec, container };
}
const watch = podOf(deployment.spec?.template);
const nightly = podOf(cronJob.spec?.jobTemplate.spec?.template);
const shards = podOf(job.spec?.template);
const pods = Object.entries({ watch, nightly, shards });

test("the API's schemas and types describe every manifest", () => {
  expect(manifests).toHaveLength(7);
  expect(schemaErrors(manifests)).toEqual([]);
  expect(typeErrors(manifests)).toEqual([]);
});

test("the API's schemas or types do not describe a misspelt field, a wrong type or a missing field", () => {
  const text = JSON.stringify(deployment);
  const wrong = [
    text.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"),
    text.replace('"replicas":3', '"replicas":"three"'),
    JSON.stringify({ ...deployment, spec: { ...deployment.spec, selector: undefined } }),
  ].map((manifest) => JSON.parse(manifest));
  expect(schemaErrors(wrong)).toEqual([
    expect.stringContaining("spec/replicas must be integer"),
    expect.stringContaining("must have required property selector"),
  ]);
  expect(typeErrors(wrong)).toEqual([
    expect.stringMatching(/readOnlyRootFileSystem.* does not exist/),
    expect.stringContaining("Type 'string' is not assignable to type 'number'"),
    expect.stringMatching(/selector.* is missing/),
  ]);
});

test.each(kustomizations)("the kustomization of $folder lists every file of its folder", (kustomization) => {
  const { folder, resources, configMapGenerator = [] } = kustomization;
  const listed = [...resources, ...configMapGenerator.flatMap(({ files: own }: { files: string[] }) => own)];
  const own = listed.filter((name) => name !== "../base");
  expect([...own, "kustomization.yaml"].sort()).toEqual(readdirSync(join(EXAMPLE, folder)).sort());
  expect(resources.includes("../base")).toBe(folder !== "base");
});

test.each(pods)("the pod of %s is hardened", (_, { spec, container }) => {
  expect(spec).toMatchObject({
    serviceAccountName: "jp1im",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(container.resources).toMatchObject({
    requests: { cpu: expect.any(String), memory: expect.any(String) },
    limits: { memory: expect.any(String) },
  });
  expect(container.volumeMounts?.map(({ readOnly }) => readOnly)).toEqual([true, true]);
});

test("the service account has no token and no role", () => {
  expect(parsed("base/service-account.yaml").automountServiceAccountToken).toBe(false);
  expect(manifests.filter(({ apiVersion }) => apiVersion.startsWith("rbac"))).toEqual([]);
});

test.each(pods)("the pod of %s gets secrets by reference alone", (_, { container }) => {
  expect(container.env?.length).toBeGreaterThan(0);
  for (const variable of container.env ?? []) {
    expect(Object.keys(variable).sort()).toEqual(["name", "valueFrom"]);
    expect(variable.valueFrom?.secretKeyRef).toEqual({ name: "jp1im-state-key", key: "key" });
  }
  expect(manifests.filter(({ kind }) => kind === "Secret")).toEqual([]);
});

test.each(pods)("what the pod of %s mounts is in the base, or made as the page says", (_, { spec }) => {
  const [generated] = kustomizations[0]?.configMapGenerator ?? [];
  expect(spec.volumes).toEqual([
    { name: "desired-state", configMap: { name: generated.name } },
    { name: "secrets", secret: { secretName: "jp1im-secrets", defaultMode: 0o440 } },
  ]);
  for (const name of ["jp1im-secrets", "jp1im-state-key"]) {
    expect(page).toContain(`kubectl create secret generic ${name} --from-file=`);
  }
});

test("every secret file that the desired state names is made as the page says", () => {
  const named = [...read("base/jp1im.yaml").matchAll(/file: \/run\/secrets\/jp1im\/([\w-]+)/g)];
  const made = [...page.matchAll(/--from-file=([\w-]+)(?=\s)/g)].map(([, name]) => name);
  expect(named.map(([, name]) => name).sort()).toEqual(made.sort());
});

test("the desired state is valid, and the network policy opens its ports", async () => {
  const { desired, diagnostics } = await loadDesiredState({
    paths: ["jp1im.yaml"],
    cwd: join(EXAMPLE, "base"),
  });
  expect(diagnostics).toEqual([]);
  const [, { ports }] = parsed("base/network-policy.yaml").spec.egress;
  const declared = [...(desired?.managers.values() ?? [])].map(({ url }) => Number(new URL(url).port));
  expect(ports.map(({ port }: { port: number }) => port)).toEqual([5432, ...new Set(declared)]);
});

test("the command line accepts what the watch and the nightly job run", () => {
  for (const { container } of [watch, nightly]) {
    expect(container.command).toBeUndefined();
    expect(refusalsOf(container.args ?? [])).toEqual([]);
  }
});

test("the pods of the job apply every shard once", () => {
  // Only such a job gives each pod a number.
  expect(job.spec?.completionMode).toBe("Indexed");
  const { command, args = [] } = shards.container;
  const words = Array.from({ length: job.spec?.completions ?? 0 }, (_, index) => {
    const script = args.join(" ").replace("exec jp1im", "printf '%s\\n'");
    const env = { ...process.env, JOB_COMPLETION_INDEX: String(index) };
    const { stdout } = spawnSync("sh", [...(command?.slice(1) ?? []), script], { env, encoding: "utf8" });
    return stdout.trimEnd().split("\n");
  });
  expect(command?.[0]).toBe("sh");
  expect(words.flatMap(refusalsOf)).toEqual([]);
  expect(words.map((list) => list[list.indexOf("--shard") + 1])).toEqual(["1/4", "2/4", "3/4", "4/4"]);
});

test("the probes, the service and the network policy name the port at which the watch listens", () => {
  const { args = [], ports, livenessProbe, readinessProbe } = watch.container;
  const [host, port] = args[args.indexOf("--listen") + 1]?.split(":") ?? [];
  expect(host).toBe("0.0.0.0");
  expect(ports).toEqual([{ name: "metrics", containerPort: Number(port) }]);
  expect(livenessProbe?.httpGet).toEqual({ path: "/healthz", port: "metrics" });
  expect(readinessProbe?.httpGet).toEqual({ path: "/readyz", port: "metrics" });
  expect(parsed("watch/service.yaml").spec.ports).toEqual([
    { name: "metrics", port: Number(port), targetPort: "metrics" },
  ]);
  expect(parsed("base/network-policy.yaml").spec.ingress[0].ports).toEqual([{ port: Number(port) }]);
});

test("the service, the disruption budget and the network policy select the pods", () => {
  const selector = deployment.spec?.selector.matchLabels;
  expect(watch.labels).toEqual(selector);
  expect(parsed("watch/service.yaml").spec.selector).toEqual(selector);
  expect(parsed("watch/disruption-budget.yaml").spec.selector.matchLabels).toEqual(selector);
  for (const [, { labels }] of pods) {
    expect(labels).toMatchObject(parsed("base/network-policy.yaml").spec.podSelector.matchLabels);
  }
});

test("the image is of a fixed base and a checked file, and does not run as root", () => {
  const image = read("Dockerfile");
  expect(image.match(/^FROM .*$/gm)).toEqual([expect.stringMatching(/^FROM \S+:\d+\.\d+\S*$/)]);
  expect(image).toMatch(/^ARG SHA256=[\da-f]{64}$/m);
  expect(image.match(/^(ADD|COPY) .*$/gm)).toEqual([
    expect.stringMatching(/--checksum=sha256:\$\{SHA256\} /),
  ]);
  expect(image.match(/^USER .*$/gm)).toEqual([`USER ${watch.spec.securityContext?.runAsUser}:65532`]);
  expect(image).toMatch(/^ENTRYPOINT \["jp1im"\]$/m);
});

test("the command line accepts what the page says, and the files that it names exist", () => {
  expect(commandsOnPage(page).flatMap(refusalsOf)).toEqual([]);
  for (const [, folder = ""] of page.matchAll(/^\| `(\w+)`/gm))
    expect(existsSync(join(EXAMPLE, folder))).toBe(true);
});
