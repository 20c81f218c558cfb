import type { AuditActor, CiJob } from "../../model/audit";
import { withoutCredentials } from "../../model/without-credentials";
import type { Platform } from "../platform";

type Env = Platform["env"];

/** Longer than any name or address that a CI system gives. */
const LONGEST = 1_000;

/** Who runs this process, as the machine, the CI's environment and the command line say. None of it is proven. */
export function actorOf({ user, host, env, approval }: Platform): AuditActor {
  const ci = ciJobIn(env);
  const by = approval?.by;
  return { user, host, ci, approved_by: by };
}

function ciJobIn(env: Env): CiJob | undefined {
  if (env.GITHUB_ACTIONS === "true") return job("github-actions", githubActions(env));
  if (env.GITLAB_CI === "true") return job("gitlab-ci", gitlabCi(env));
  if (env.TF_BUILD?.toLowerCase() === "true") return job("azure-pipelines", azurePipelines(env));
  if (env.JENKINS_URL) return job("jenkins", jenkins(env));
  return undefined;
}

type Fields = { readonly [Name in keyof Omit<CiJob, "system">]: string | undefined };

function githubActions(env: Env): Fields {
  const { GITHUB_REPOSITORY: project, GITHUB_RUN_ID: run } = env;
  const server = addressIn(env.GITHUB_SERVER_URL);
  return {
    // The person who reruns a job may not be the one who started it first.
    actor: env.GITHUB_TRIGGERING_ACTOR || env.GITHUB_ACTOR,
    ...{ project, run, job: env.GITHUB_JOB },
    url: server && project && run && `${server}/${project}/actions/runs/${run}`,
    ...{ commit: env.GITHUB_SHA, ref: env.GITHUB_REF },
  };
}

function gitlabCi(env: Env): Fields {
  return {
    ...{ actor: env.GITLAB_USER_LOGIN, project: env.CI_PROJECT_PATH },
    ...{ job: env.CI_JOB_NAME, run: env.CI_PIPELINE_ID, url: addressIn(env.CI_JOB_URL) },
    ...{ commit: env.CI_COMMIT_SHA, ref: env.CI_COMMIT_REF_NAME },
  };
}

function azurePipelines(env: Env): Fields {
  const { SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: run } = env;
  const server = addressIn(env.SYSTEM_COLLECTIONURI);
  return {
    actor: env.BUILD_REQUESTEDFOREMAIL || env.BUILD_REQUESTEDFOR,
    ...{ project, run, job: env.SYSTEM_JOBDISPLAYNAME || env.AGENT_JOBNAME },
    url: server && project && run && `${server}${encodeURIComponent(project)}/_build/results?buildId=${run}`,
    ...{ commit: env.BUILD_SOURCEVERSION, ref: env.BUILD_SOURCEBRANCH },
  };
}

/** Jenkins names the actor only with its plugin *build user vars*. */
function jenkins(env: Env): Fields {
  return {
    actor: env.BUILD_USER_ID || env.CHANGE_AUTHOR,
    ...{ job: env.JOB_NAME, run: env.BUILD_NUMBER, url: addressIn(env.BUILD_URL), project: undefined },
    ...{ commit: env.GIT_COMMIT, ref: env.GIT_BRANCH },
  };
}

function job(system: CiJob["system"], fields: Fields): CiJob {
  const known = Object.entries(fields).flatMap(([name, value]) =>
    value ? [[name, value.slice(0, LONGEST)]] : [],
  );
  return { system, ...Object.fromEntries(known) };
}

/** The address without a password or a token; `undefined` if it is unclear where these are. */
function addressIn(url: string | undefined): string | undefined {
  const isKnown = url !== undefined && /^[a-z+]*https?:\/\//i.test(url);
  // A token and a password may both hold an `@`.
  if (!isKnown || /[?#].*@/s.test(url)) return undefined;
  return withoutCredentials(url.replace(/\s/g, "%20")).replace(/[?#].*$/, "");
}
