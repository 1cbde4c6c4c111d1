import { type Disk, quoteGo } from "#base";
import { ConfigError } from "./config-error.ts";
import { expandGlob, type FileFinder } from "./glob.ts";
import { inFile } from "./in-file.ts";
import { directoryOf } from "./path.ts";
import {
  type ConfigDefaults,
  parseConfig,
  parseScrapeConfigs,
  type PrometheusConfig,
} from "./prometheus-config.ts";
import type { ScrapeConfig } from "./scrape-config.ts";

export interface LoadDeps {
  readonly disk: FileFinder & Pick<Disk, "readFile">;
  readonly env: (name: string) => string | undefined;
}

export interface LoadOptions {
  readonly file: string;
  /** `agent` stores and forwards samples only: rules, alerting and remote reading are refused. */
  readonly mode: "server" | "agent";
  readonly defaults: ConfigDefaults;
}

export interface LoadedConfig {
  readonly config: PrometheusConfig;
  /** The jobs of the file itself, then those of its `scrape_config_files`. */
  readonly scrapeConfigs: readonly ScrapeConfig[];
}

/** Reads and checks the configuration and the files it includes. Throws a `ConfigError`. */
export async function loadConfig(deps: LoadDeps, options: LoadOptions): Promise<LoadedConfig> {
  const config = await loadMainConfig(deps, options);
  return { config, scrapeConfigs: await loadScrapeConfigs(deps, config) };
}

/** Reads and checks the configuration alone. Throws a `ConfigError`. */
export async function loadMainConfig(
  deps: LoadDeps,
  options: LoadOptions,
): Promise<PrometheusConfig> {
  const { file, mode, defaults } = options;
  const text = await readText(deps, file);
  const directory = directoryOf(file);
  const config = inFile(file, `parsing YAML file ${file}: `, () =>
    parseConfig(text, { directory, env: deps.env, defaults }),
  );
  if (mode === "agent") refuseForAgent(file, config);
  return config;
}

function refuseForAgent(file: string, { alerting, ruleFiles, remoteRead }: PrometheusConfig): void {
  const used = [
    ...alerting.alertmanagers.map(() => "alerting"),
    ...alerting.alertRelabelConfigs.map(() => "alerting"),
    ...ruleFiles.map(() => "rule_files"),
    ...remoteRead.map(() => "remote_read"),
  ];
  const [first] = used;
  if (first === undefined) return;
  throw new ConfigError(`field ${first} is not allowed in agent mode`, { file });
}

/** The jobs of a configuration and of the files that it includes. Throws a `ConfigError`. */
export async function loadScrapeConfigs(
  deps: LoadDeps,
  config: PrometheusConfig,
): Promise<readonly ScrapeConfig[]> {
  const all = [...config.scrapeConfigs];
  const origins = new Map(all.map((one) => [one.jobName, "main config file"]));
  const globs = config.scrapeConfigFiles.map((pattern) => expandGlob(deps.disk, pattern));
  for (const file of (await Promise.all(globs)).flat()) {
    const text = await readText(deps, file);
    const added = inFile(file, `${quoteGo(file)}: `, () =>
      parseScrapeConfigs(text, { global: config.global, directory: directoryOf(file) }),
    );
    for (const one of added) {
      const origin = origins.get(one.jobName);
      if (origin !== undefined) throw duplicateJob(file, one.jobName, origin);
      origins.set(one.jobName, quoteGo(file));
      all.push(one);
    }
  }
  return all;
}

function duplicateJob(file: string, jobName: string, origin: string): ConfigError {
  return new ConfigError(
    `${quoteGo(file)}: found multiple scrape configs with job name ${quoteGo(jobName)}, first found in ${origin}`,
    { file },
  );
}

async function readText(deps: LoadDeps, file: string): Promise<string> {
  const bytes = await deps.disk.readFile(file);
  return new TextDecoder().decode(bytes);
}
