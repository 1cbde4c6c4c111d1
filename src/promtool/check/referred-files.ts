/** What jobs and Alertmanagers refer to: credentials, certificates, files of targets, targets. */
import { quoteGo } from "#base";
import type { TargetGroup } from "#discovery";
import {
  type AlertmanagerConfig,
  ConfigError,
  type DiscoveryConfig,
  expandGlob,
  parseJsonTargetGroups,
  parseTargetGroups,
  relabelRules,
  type ScrapeConfig,
  type TargetGroupConfig,
  type TlsConfig,
} from "#promconfig";
import { labelPairs, type Labels, labelsOf, labelValue, relabel } from "#series";
import { targetsOfGroup } from "#scrape";
import type { Surroundings, ToolDisk } from "../surroundings.ts";
import { CheckError } from "./check-error.ts";

/** `syntax`: only what the configuration itself says, no other file. */
export type CheckDepth = "files" | "syntax";

/** Checks what a job refers to. Throws a `CheckError` for the first thing that is wrong. */
export async function checkScrapeConfig(
  config: ScrapeConfig,
  depth: CheckDepth,
  surroundings: Surroundings,
): Promise<void> {
  const { disk } = surroundings;
  const { authorization, tls } = config.http;
  if (depth === "files" && authorization !== undefined) {
    const what = "authorization credentials or bearer token file";
    await checkExists(authorization.credentialsFile, what, disk);
  }
  await checkTls(tls, depth, disk);
  const checkGroups = (groups: readonly TargetGroup[]) => checkTargets(groups, config);
  for (const discovery of config.discoveries) {
    if (discovery.kind === "kubernetes") await checkTls(discovery.options.http.tls, depth, disk);
    const owner = { name: `scrape job ${quoteGo(config.jobName)}`, checkGroups };
    await checkListed(discovery, depth, { owner, surroundings });
  }
}

/** The same for a set of Alertmanagers. */
export async function checkAlertmanagers(
  config: AlertmanagerConfig,
  depth: CheckDepth,
  surroundings: Surroundings,
): Promise<void> {
  const checkGroups = (groups: readonly TargetGroup[]) => checkReceivers(groups, config);
  for (const discovery of config.discoveries) {
    const owner = { name: "alertmanager config", checkGroups };
    await checkListed(discovery, depth, { owner, surroundings });
  }
}

async function checkTls(tls: TlsConfig, depth: CheckDepth, disk: ToolDisk): Promise<void> {
  const { certificateFile, keyFile } = tls;
  if (certificateFile !== "" && keyFile === "") {
    throw new CheckError(
      `client cert file ${quoteGo(certificateFile)} specified without client key file`,
    );
  }
  if (keyFile !== "" && certificateFile === "") {
    throw new CheckError(`client key file ${quoteGo(keyFile)} specified without client cert file`);
  }
  if (depth === "syntax") return;
  await checkExists(certificateFile, "client cert file", disk);
  await checkExists(keyFile, "client key file", disk);
}

async function checkExists(file: string, what: string, disk: ToolDisk): Promise<void> {
  if (file === "" || (await disk.findFacts(file)) !== undefined) return;
  throw new CheckError(
    `error checking ${what} ${quoteGo(file)}: stat ${file}: no such file or directory`,
  );
}

interface ListContext {
  readonly owner: {
    /** `scrape job "a"`. */
    readonly name: string;
    readonly checkGroups: (groups: readonly TargetGroup[]) => void;
  };
  readonly surroundings: Surroundings;
}

/** Targets that are listed, in the configuration or in files; others are found when it runs. */
async function checkListed(
  discovery: DiscoveryConfig,
  depth: CheckDepth,
  context: ListContext,
): Promise<void> {
  const { owner } = context;
  if (discovery.kind === "static") {
    owner.checkGroups(discovery.groups.map((group, index) => targetGroup(group, String(index))));
  }
  if (discovery.kind !== "file" || depth === "syntax") return;
  for (const pattern of discovery.options.files) await checkTargetFiles(pattern, context);
}

async function checkTargetFiles(
  pattern: string,
  { owner, surroundings }: ListContext,
): Promise<void> {
  const { disk, console } = surroundings;
  const files = await expandGlob(disk, pattern);
  if (files.length === 0) {
    const told = `  WARNING: file ${quoteGo(pattern)} for file_sd in ${owner.name} does not exist`;
    console.print(told);
  }
  for (const file of files) {
    const groups = await readTargetFile(pattern, file, disk);
    owner.checkGroups(groups.map((group) => targetGroup(group, "")));
  }
}

async function readTargetFile(
  pattern: string,
  file: string,
  disk: ToolDisk,
): Promise<readonly TargetGroupConfig[]> {
  const text = new TextDecoder().decode(await disk.readFile(file));
  try {
    return /\.json$/i.test(file) ? parseJsonTargetGroups(text) : parseTargetGroups(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = `checking SD file ${quoteGo(pattern)}: ${error.message}`;
    throw new ConfigError(message, { file, position: error.position, cause: error });
  }
}

function targetGroup({ targets, labels }: TargetGroupConfig, source: string): TargetGroup {
  const own = targets.map((address): Labels => ["__address__", address]);
  return { source, targets: own, labels };
}

function checkTargets(groups: readonly TargetGroup[], config: ScrapeConfig): void {
  const rules = relabelRules(config.relabelConfigs, config.nameScheme);
  for (const outcome of groups.flatMap((group) => targetsOfGroup(group, config, rules))) {
    if (outcome.kind === "failed") throw new CheckError(outcome.problem);
  }
}

function checkReceivers(groups: readonly TargetGroup[], config: AlertmanagerConfig): void {
  const rules = relabelRules(config.relabelConfigs, "utf8");
  const prefix = `/${config.pathPrefix}/`.replace(/\/+/g, "/");
  for (const { targets, labels } of groups) {
    for (const target of targets) {
      const all = labelsOf([
        ...labelPairs(labels),
        ["__scheme__", config.scheme],
        ["__alerts_path__", `${prefix}api/v2/alerts`],
        ...labelPairs(target),
      ]);
      const address = labelValue(relabel(all, rules) ?? [], "__address__");
      if (address.includes("/")) {
        throw new CheckError(`${quoteGo(address)} is not a valid hostname`);
      }
    }
  }
}
