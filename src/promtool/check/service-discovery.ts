/** `promtool check service-discovery`: what discovery finds for a job, before and after relabelling. */
import { compareText, sleep, uncounted } from "#base";
import { createDiscoverer, type TargetGroup, discoveryMetrics } from "#discovery";
import { configDefaults, loadConfig, relabelRules, type ScrapeConfig } from "#promconfig";
import { targetsOfGroup } from "#scrape";
import { labelPairs, type Labels } from "#series";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";
import { warningsTo } from "../warnings.ts";

export interface DiscoveryCheckOptions {
  readonly file: string;
  readonly job: string;
  /** How long to wait for what there is to find. */
  readonly timeoutMs: number;
}

export async function checkDiscovery(
  options: DiscoveryCheckOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console } = surroundings;
  let jobs: readonly ScrapeConfig[];
  try {
    const { disk, env } = surroundings;
    const wanted = { file: options.file, mode: "server", defaults: configDefaults } as const;
    jobs = (await loadConfig({ disk, env }, wanted)).scrapeConfigs;
  } catch (error) {
    // What is wrong with the file is all that there is to tell.
    console.note(`Cannot load config ${problemOf(error)}`);
    return exitFailure;
  }
  const job = jobs.find(({ jobName }) => jobName === options.job);
  if (job === undefined) {
    console.note(`Job ${options.job} not found. Select one of:`);
    for (const { jobName } of jobs) console.note(`\t${jobName}`);
    return exitFailure;
  }
  const groups = await discover(job, options.timeoutMs, surroundings);
  await console.write(JSON.stringify(resultsOf(groups, job), undefined, 2));
  return exitSuccess;
}

/** The groups that are found until the time is up. */
async function discover(
  job: ScrapeConfig,
  timeoutMs: number,
  surroundings: Surroundings,
): Promise<readonly TargetGroup[]> {
  const { clock, disk, random, connector, env, resolver, signal, console } = surroundings;
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const found = new Map<string, TargetGroup>();
  const running = job.discoveries.map((section, index) => {
    const discoverer = createDiscoverer(
      {
        clock,
        random,
        log: warningsTo(console),
        outbound: { clock, connector, disk, env },
        resolver,
        ownCluster: undefined,
        userAgent: "promtool/3.14.0",
        metrics: discoveryMetrics(uncounted, clock),
      },
      section,
      job.jobName,
    );
    return discoverer.run(either, (groups) => {
      for (const group of groups) found.set(`${index}/${group.source}`, group);
    });
  });
  const ended = Promise.allSettled(running).then((outcomes) => {
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    for (const { reason } of either.aborted ? [] : failures) {
      console.note(`Could not discover targets: ${problemOf(reason)}`);
    }
    stopped.abort(new Error("nothing is left to find"));
  });
  // Either the time passes, or all that could find something has ended before.
  await sleep(clock, timeoutMs, either).catch(() => {});
  stopped.abort(new Error("the time is up"));
  await ended;
  return [...found].sort(([left], [right]) => compareText(left, right)).map(([, group]) => group);
}

/** Equal targets are shown once. */
function resultsOf(groups: readonly TargetGroup[], job: ScrapeConfig): readonly object[] {
  const rules = relabelRules(job.relabelConfigs, job.nameScheme);
  const results = new Map<string, object>();
  for (const outcome of groups.flatMap((group) => targetsOfGroup(group, job, rules))) {
    const discovered =
      outcome.kind === "target" ? outcome.spec.discoveredLabels : outcome.discoveredLabels;
    const result = {
      discoveredLabels: objectOf(discovered),
      labels: objectOf(outcome.kind === "target" ? outcome.spec.labels : []),
      ...(outcome.kind === "failed" && { error: outcome.problem }),
    };
    results.set(JSON.stringify(result), result);
  }
  return [...results.values()];
}

function objectOf(labels: Labels): Readonly<Record<string, string>> {
  return Object.fromEntries(labelPairs(labels));
}
