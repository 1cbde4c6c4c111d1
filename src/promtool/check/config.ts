/** `promtool check config`: the configuration, and the files that it refers to. */
import {
  ConfigError,
  configDefaults,
  type LoadedConfig,
  loadMainConfig,
  loadScrapeConfigs,
  type ScrapeConfig,
} from "#promconfig";
import { formatDuration } from "#series";
import { problemOf } from "../problem.ts";
import type { Surroundings } from "../surroundings.ts";
import { bothFindings, type Findings, noFindings, readConfigLints } from "./lint-options.ts";
import { CheckError } from "./check-error.ts";
import { checkScrapeConfig, checkAlertmanagers, type CheckDepth } from "./referred-files.ts";
import { findRuleFiles } from "./rule-patterns.ts";
import { checkRuleFiles, exitStatusOf, type RuleCheckOptions } from "./rules.ts";

export interface ConfigCheckOptions extends RuleCheckOptions {
  readonly mode: "agent" | "server";
  /** `syntax` looks at nothing but the configuration itself. */
  readonly depth: CheckDepth;
  /** What a scrape interval should stay below. */
  readonly lookbackMs: number;
}

export async function checkConfigs(
  files: readonly string[],
  options: ConfigCheckOptions,
  surroundings: Surroundings,
): Promise<number> {
  const lints = readConfigLints(options.lint, surroundings.console);
  const settings = { lints, unknownFields: options.unknownFields };
  let findings = noFindings;
  for (const file of files) {
    const checked = await checkConfig(file, options, surroundings);
    findings = bothFindings(findings, checked.findings);
    if (options.depth === "syntax") continue;
    const lookbackMs = lints.longIntervals ? options.lookbackMs : 0;
    const linted = lintIntervals(checked.scrapeConfigs, lookbackMs, surroundings);
    const rules = await checkRuleFiles(checked.ruleFiles, settings, surroundings);
    findings = bothFindings(findings, bothFindings(linted, rules));
  }
  return exitStatusOf(findings, options.lintFindings);
}

interface CheckedConfig {
  readonly findings: Findings;
  readonly ruleFiles: readonly string[];
  readonly scrapeConfigs: readonly ScrapeConfig[];
}

async function checkConfig(
  file: string,
  options: ConfigCheckOptions,
  surroundings: Surroundings,
): Promise<CheckedConfig> {
  const { console } = surroundings;
  console.print(`Checking ${file}`);
  let checked: CheckedConfig;
  try {
    const loaded = await loadToDepth(file, options, surroundings);
    const ruleFiles = await checkReferences(loaded, options.depth, surroundings);
    if (ruleFiles.length > 0) console.print(`  SUCCESS: ${ruleFiles.length} rule files found`);
    console.print(` SUCCESS: ${file} is valid prometheus config file syntax`);
    checked = { findings: noFindings, ruleFiles, scrapeConfigs: loaded.scrapeConfigs };
  } catch (error) {
    // Each file is told of by itself; whatever cannot be read or used is a finding about it.
    if (!isFinding(error)) throw error;
    console.note(`  FAILED: ${problemOf(error)}`);
    const findings = { hasFailed: true, hasErrors: true };
    checked = { findings, ruleFiles: [], scrapeConfigs: [] };
  }
  console.print("");
  return checked;
}

/** Reads a configuration as the server would with default flags; nothing else when that is enough. */
async function loadToDepth(
  file: string,
  { mode, depth }: ConfigCheckOptions,
  { disk, env }: Surroundings,
): Promise<LoadedConfig> {
  const config = await loadMainConfig({ disk, env }, { file, mode, defaults: configDefaults });
  if (depth === "syntax") return { config, scrapeConfigs: config.scrapeConfigs };
  try {
    return { config, scrapeConfigs: await loadScrapeConfigs({ disk, env }, config) };
  } catch (error) {
    // The step is what upstream tells of first.
    const message = `error loading scrape configs: ${problemOf(error)}`;
    throw new ConfigError(message, { cause: error });
  }
}

/** Whether the configuration is to blame, or a file that cannot be read. */
function isFinding(error: unknown): boolean {
  if (error instanceof ConfigError || error instanceof CheckError) return true;
  return error instanceof Error && "code" in error;
}

/** Gives the files of rules. Throws for the first reference that leads nowhere. */
async function checkReferences(
  { config, scrapeConfigs }: LoadedConfig,
  depth: CheckDepth,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const ruleFiles =
    depth === "syntax" ? [] : await findRuleFiles(config.ruleFiles, surroundings.disk);
  for (const scrapeConfig of scrapeConfigs) {
    await checkScrapeConfig(scrapeConfig, depth, surroundings);
  }
  for (const alertmanagers of config.alerting.alertmanagers) {
    await checkAlertmanagers(alertmanagers, depth, surroundings);
  }
  return ruleFiles;
}

function lintIntervals(
  scrapeConfigs: readonly ScrapeConfig[],
  lookbackMs: number,
  { console }: Surroundings,
): Findings {
  const long = scrapeConfigs.find((one) => lookbackMs > 0 && one.scrapeIntervalMs >= lookbackMs);
  if (long === undefined) return noFindings;
  const where = `job: ${long.jobName}, interval: ${formatDuration(long.scrapeIntervalMs)}`;
  console.note(
    `  FAILED: too long scrape interval found, data point will be marked as stale - ${where}`,
  );
  return { hasFailed: true, hasErrors: false };
}
