/** Everything that a simulation starts from, found in files, in a cluster, or on the command line. */

import {
  type AnyKind,
  asJsonObject,
  findKind,
  type JsonObject,
  parseDuration,
  parseQuantity,
  parseYaml,
  textAt,
} from "#api";
import { node } from "#api/core/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { seededRandom } from "#base";
import {
  capacityMillisOf,
  equalNodes,
  findAutoscaler,
  findTarget,
  formatSpan,
  type LoadFile,
  type LoadTrack,
  loadTrack,
  parseLoad,
  parseShare,
  sceneOf,
  serviceDefaults,
  type ServiceModel,
  type SimulationInput,
  targetOf,
  withoutGaps,
  workerNameOf,
  workloadOf,
} from "#sim";
import { absolute, findConfig, monitorUrl, placeOf } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import { type OpenCluster, openCluster } from "../stack/open-cluster.ts";
import { parseNodeGroup } from "../node-group-flag.ts";
import { UsageError } from "../usage-error.ts";
import type { SimulationFlagValues } from "./flags.ts";
import { readRecordedLoad } from "./recorded-load.ts";

export interface SimulationLine {
  readonly context: CommandContext;
  readonly flags: SimulationFlagValues;
  /** The names of the flags that stand on the line. */
  readonly given: readonly string[];
  /** The autoscaler's name, where the line gives one. */
  readonly name: string | undefined;
}

/** An autoscaler and its workload, before it is known under which load. */
interface Candidate {
  readonly name: string;
  readonly namespace: string;
  readonly autoscaler: JsonObject;
  readonly target: JsonObject;
}

/** One input for each autoscaler: all of them under the same load, and on the same nodes. */
export async function gatherInputs(line: SimulationLine): Promise<readonly SimulationInput[]> {
  const { flags } = line;
  if ((flags.load === undefined) === (flags.replay === undefined)) {
    throw new UsageError("simulate hpa takes its load from one of --load and --replay");
  }
  const fromFiles = flags.filename.length > 0;
  const usesCluster = !fromFiles || flags.compare;
  const cluster = usesCluster ? await openCluster(line.context, flags, line.given) : undefined;
  const own = cluster === undefined ? undefined : await fromCluster(line, cluster);
  const candidates = [
    ...(own === undefined ? [] : [own]),
    ...(await Promise.all(flags.filename.map((file) => fromFile(line, file, own)))),
  ];
  const nodes = await nodesOf(line, cluster);
  const groups = flags["node-group"].map((text) => asJsonObject(parseNodeGroup(text)));
  const [first] = candidates;
  if (first === undefined) throw new UsageError("simulate hpa needs an autoscaler");
  const load = await loadOf(line, first);
  const track = loadTrack(load.shape, seededRandom(flags.seed).fork("load"));
  return candidates.map((candidate) => {
    const service = serviceOf(flags, load, candidate.target);
    checkUnits(track, service);
    return {
      name: candidate.name,
      scene: sceneOf(candidate.autoscaler, candidate.target, nodes, groups),
      load: track,
      service,
      seed: flags.seed,
    };
  });
}

async function fromCluster(line: SimulationLine, cluster: OpenCluster): Promise<Candidate> {
  const { name, context } = line;
  if (name === undefined) {
    throw new UsageError("simulate hpa needs a NAME, or files with --filename");
  }
  const { namespace, objects } = cluster;
  const found = await objects.find(horizontalPodAutoscaler, { namespace, name }, context.signal);
  if (found === undefined) {
    throw new Error(
      `no HorizontalPodAutoscaler "${name}" in namespace "${namespace}" of ${cluster.name}`,
    );
  }
  // What lists and gets leave out of untyped objects.
  const autoscaler = {
    ...found,
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
  };
  const reference = targetOf(autoscaler);
  const kind = findWorkloadKind(reference.apiVersion, reference.kind);
  const target = await objects.find(kind, { namespace, name: reference.name }, context.signal);
  if (target === undefined) {
    throw new Error(`${reference.kind} "${reference.name}", which "${name}" scales, is not there`);
  }
  const { apiVersion, kind: kindName } = reference;
  return { name, namespace, autoscaler, target: { ...target, apiVersion, kind: kindName } };
}

function findWorkloadKind(apiVersion: string, kind: string): AnyKind {
  const found = findKind(apiVersion, kind);
  if (found !== undefined) return found;
  throw new Error(`a ${kind} of ${apiVersion || "no version"} cannot be simulated`);
}

/** A file may leave the workload out that the cluster's own autoscaler has. */
async function fromFile(
  line: SimulationLine,
  file: string,
  own: Candidate | undefined,
): Promise<Candidate> {
  const { flags, name } = line;
  const manifests = parseYaml(await readText(line.context, file)).map(({ value }) => value);
  const autoscaler = findAutoscaler(manifests, name) ?? findAutoscaler(manifests, undefined);
  if (autoscaler === undefined) throw new Error(`${file} has no HorizontalPodAutoscaler`);
  const known = own === undefined ? undefined : findTarget(autoscaler, [own.target]);
  const target =
    findTarget(autoscaler, manifests) ?? known ?? declaredTarget(flags, autoscaler, file);
  const namespace = textAt(autoscaler, "metadata", "namespace") || flags.namespace || "default";
  return { name: shortName(file), namespace, autoscaler, target };
}

function declaredTarget(
  flags: SimulationFlagValues,
  autoscaler: JsonObject,
  file: string,
): JsonObject {
  const { kind, name } = targetOf(autoscaler);
  if (flags.request.length === 0) {
    throw new Error(
      `${file} has no ${kind} "${name}", which its autoscaler scales; add it, or say what a pod requests: --request cpu=500m`,
    );
  }
  const requests = flags.request.map((text) => {
    const [resource = "", amount = ""] = text.split("=");
    if (resource === "" || amount === "") {
      throw new UsageError(`--request is like cpu=500m, not "${text}"`);
    }
    parseQuantity(amount);
    return [resource, amount] as const;
  });
  return workloadOf(autoscaler, Object.fromEntries(requests));
}

function shortName(file: string): string {
  return (file.split("/").at(-1) ?? file).replace(/\.(?:ya?ml|json)$/, "");
}

/** Those asked for, those of the cluster, or undefined: room for everything. */
async function nodesOf(
  { flags, context }: SimulationLine,
  cluster: OpenCluster | undefined,
): Promise<readonly JsonObject[] | undefined> {
  if (flags.nodes !== undefined) {
    return equalNodes(flags.nodes, { cpu: flags["node-cpu"], memory: flags["node-memory"] });
  }
  // With groups there are those and nothing else.
  if (flags["node-group"].length > 0) return undefined;
  return cluster?.objects.list(node, {}, context.signal);
}

async function loadOf(line: SimulationLine, target: Candidate): Promise<LoadFile> {
  const { flags, context } = line;
  if (flags.load !== undefined) return parseLoad(await readText(context, flags.load));
  const spanMs = parseSpan(flags.replay ?? "");
  if (!(spanMs >= 60_000)) throw new UsageError("--replay is a minute at least");
  const { connector, clock, signal } = context;
  const { name } = targetOf(target.autoscaler);
  const wanted = { namespace: target.namespace, name, spanMs };
  const url = await monitorOf(line);
  const shape = await readRecordedLoad({ connector, nowMs: clock.nowMs() }, url, wanted, signal);
  const recordedMs = shape.points.at(-1)?.atMs ?? 0;
  if (recordedMs < spanMs * completeShare) {
    const recorded = formatSpan(recordedMs);
    context.terminal.note(`only ${recorded} of ${flags.replay} were recorded`);
  }
  return { shape, service: {} };
}

/** The beginning of what was recorded is cut off by the window of its rates. */
const completeShare = 0.95;
const msPerDay = 86_400_000;

/** As Go has durations, and in days before that: `7d`, `1d12h`. */
function parseSpan(text: string): number {
  const [, days = "0", rest = ""] = /^(?:(\d{1,3})d)?(.*)$/.exec(text) ?? [];
  return Number(days) * msPerDay + (rest === "" ? 0 : parseDuration(rest));
}

async function monitorOf({ flags, context }: SimulationLine): Promise<URL> {
  if (flags.monitor !== undefined) {
    if (URL.canParse(flags.monitor)) return new URL(flags.monitor);
    throw new UsageError(`--monitor must be a URL, not "${flags.monitor}"`);
  }
  const place = placeOf(context, flags);
  const config = await findConfig(context.disk, place.directory);
  if (config === undefined || config.monitorPort === "none") {
    throw new Error(`cluster "${place.name}" has no monitoring engine; name one with --monitor`);
  }
  return new URL(monitorUrl(config));
}

/** Flags come before the file, and that before what the template says. */
function serviceOf(flags: SimulationFlagValues, load: LoadFile, target: JsonObject): ServiceModel {
  const { capacity, startup, slo } = flags;
  const said = withoutGaps({
    capacityMillis:
      capacity === undefined ? undefined : Number(parseQuantity(capacity).nanos) / 1e6,
    startupMs: startup === undefined ? undefined : parseDuration(startup),
    sloUtilization: slo === undefined ? undefined : parseShare(slo),
  });
  const { container = "" } = load.service;
  return {
    ...serviceDefaults,
    capacityMillis: capacityMillisOf(target, container),
    ...load.service,
    ...said,
    container: workerNameOf(target, container),
  };
}

function checkUnits({ columns }: LoadTrack, { cpuMillisPerRequest }: ServiceModel): void {
  if (columns.has("requests") && cpuMillisPerRequest === 0) {
    throw new Error("the load tells requests but not what one costs; add service.cpuPerRequest");
  }
}

async function readText({ disk, ...context }: CommandContext, file: string): Promise<string> {
  const bytes = await disk.findFile(absolute({ disk, ...context }, file));
  if (bytes === undefined) throw new Error(`no such file: ${file}`);
  return new TextDecoder().decode(bytes);
}
