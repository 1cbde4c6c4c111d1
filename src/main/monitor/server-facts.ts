import type { Clock } from "#base";
import type { ProgramFacts, ServerFacts } from "#promapi";
import { formatConfig } from "#promconfig";
import { formatDuration } from "#series";
import { version } from "../version.ts";
import type { Monitor } from "./monitor.ts";
import { prometheusVersion } from "./prometheus-version.ts";

export interface FactDeps {
  readonly monitor: Monitor;
  readonly clock: Clock;
  readonly hostname: string;
  readonly flags: ReadonlyMap<string, string>;
  readonly features: ReturnType<ServerFacts["features"]>;
  readonly startedMs: number;
  readonly workingDirectory: string;
  readonly program: ProgramFacts;
}

/** What `/status/…` and the health checks say. */
export function serverFacts(deps: FactDeps): ServerFacts {
  const { monitor, program } = deps;
  return {
    configYaml: () => formatConfig(monitor.configState.loaded.config),
    flags: () => deps.flags,
    runtime: () => runtimeFacts(deps),
    features: () => deps.features,
    build: program.build,
    isReady: program.isReady,
    walReplay: program.walReplay,
    quit: program.quit,
    reload: () => monitor.reload(),
  };
}

/** Which version runs, in the form of the API. */
export function buildFacts(): Readonly<Record<string, string>> {
  return {
    version: prometheusVersion,
    revision: `wherry ${version}`,
    branch: "",
    buildUser: "",
    buildDate: "",
    goVersion: "",
  };
}

/** Figures of the Go runtime that pages ask for are zero: there is none here. */
function runtimeFacts({ monitor, clock, hostname, startedMs, workingDirectory }: FactDeps) {
  const { isLastGood, lastGoodMs } = monitor.configState;
  return {
    startTime: new Date(startedMs).toISOString(),
    CWD: workingDirectory,
    hostname,
    serverTime: new Date(clock.nowMs()).toISOString(),
    reloadConfigSuccess: isLastGood,
    lastConfigTime: new Date(lastGoodMs).toISOString(),
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: 0,
    GOMEMLIMIT: 0,
    GOGC: "",
    GODEBUG: "",
    storageRetention: describeRetention(monitor),
  };
}

/** An agent tells the default, too, as upstream's does. */
function describeRetention({ evaluator, options }: Monitor): string {
  const { durationMs, bytesMax } = evaluator?.database.options.retention ?? {
    durationMs: options.configDefaults.retention.timeMs,
    bytesMax: 0,
  };
  const kept = [
    durationMs > 0 ? formatDuration(durationMs) : "",
    bytesMax > 0 ? `${bytesMax}B` : "",
  ];
  return kept.filter((one) => one !== "").join(" or ");
}
