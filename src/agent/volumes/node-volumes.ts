/**
 * The volumes of all pods of one node.
 *
 * What is made of Secrets and tokens lies in one file system in memory; the rest below the node's
 * directory. Everything is brought up to date again and again, since ConfigMaps, Secrets, labels and
 * tokens change while pods run; parts mounted by `subPath` keep what they had, as upstream's do.
 */

import { type Clock, type Disk, type Logger, type Processes, sleep } from "#base";
import { type Live, parseQuantity, quantityUnits } from "#api";
import type { Container, Pod, Volume, VolumeMount } from "#api/core/v1";
import type { Client } from "#client";
import type { VolumeMetrics } from "../metrics/volume-metrics.ts";
import { ConfigError, expand, type PodFacts } from "../pod/environment.ts";
import { hostnameOf } from "../pod/sandbox-config.ts";
import type { MountFacts, PodVolumes } from "../pod/volumes.ts";
import type { Mount } from "../runtime-config.ts";
import { type ClaimedPlace, placeOfClaim } from "./claims.ts";
import { formatHostNetworkHosts, formatPodHosts } from "./etc-hosts.ts";
import { ensureHostPath } from "./host-path.ts";
import { Mounter } from "./mounter.ts";
import { giveToGroup } from "./ownership.ts";
import { type PayloadFile, VolumeError } from "./payload.ts";
import { homesOf, memoryOf, type PodPaths, pathsOf } from "./pod-paths.ts";
import { PodObjects } from "./pod-objects.ts";
import type { LimitedDirectory } from "./size-limits.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";
import { mountSubPath } from "./sub-path.ts";
import { filesOfVolume } from "./volume-files.ts";
import { writePayload } from "./write-payload.ts";

export interface NodeVolumesDeps {
  readonly client: Client;
  readonly disk: Disk;
  readonly processes: Pick<Processes, "run">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: VolumeMetrics;
}

export interface NodeVolumesOptions {
  /** Ours alone; made when it is not there. */
  readonly directory: string;
  /** The node's addresses, the main one first. */
  readonly addresses: readonly string[];
  readonly clusterDomain: string;
  /** What `limits.cpu` and the like mean for a container without limits. */
  readonly allocatable: Readonly<Record<string, string>>;
}

interface WantedMount {
  readonly wanted: VolumeMount;
  readonly volume: Volume;
  /** Where the part goes that a `subPath` names. */
  readonly part: string;
}

const terminationPathDefault = "/dev/termination-log";
const hostsPath = "/etc/hosts";
/** Between two looks at whether volumes of running pods are up to date. */
const refreshMs = 30_000;

/** Opens the volumes of a node, as root. What an earlier process of ours made is taken over. */
export async function openNodeVolumes(
  deps: NodeVolumesDeps,
  options: NodeVolumesOptions,
  signal: AbortSignal,
): Promise<NodeVolumes> {
  const mounter = new Mounter(deps);
  const memory = memoryOf(options.directory);
  await deps.disk.makeDirectory(homesOf(options.directory));
  await deps.disk.makeDirectory(memory);
  if (!(await mounter.isMounted(memory))) {
    await mounter.mountMemory(memory, { mode: "0700", sizeBytes: undefined }, signal);
  }
  return new NodeVolumes(deps, options, mounter);
}

/** Unmounts and removes the volumes of a node that is to be no more. */
export async function removeNodeVolumes(
  deps: Pick<NodeVolumesDeps, "disk" | "processes">,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  await new Mounter(deps).unmountBelow(directory, signal);
  await deps.disk.remove(directory);
}

export class NodeVolumes implements PodVolumes {
  /** What pods refer to, for others who need it for the same pods. */
  readonly objects: PodObjects;
  readonly #deps: NodeVolumesDeps;
  readonly #options: NodeVolumesOptions;
  readonly #mounter: Mounter;
  readonly #tokens: ServiceAccountTokens;

  constructor(deps: NodeVolumesDeps, options: NodeVolumesOptions, mounter: Mounter) {
    this.#deps = deps;
    this.#options = options;
    this.#mounter = mounter;
    this.objects = new PodObjects(deps);
    this.#tokens = new ServiceAccountTokens(deps);
  }

  async prepare(pod: Live<Pod>, signal: AbortSignal): Promise<void> {
    const paths = this.#pathsOf(pod.metadata.uid);
    await this.#deps.disk.makeDirectory(paths.home);
    for (const volume of mountedVolumes(pod)) {
      await this.#deps.metrics.measure(pod.metadata.uid, volume, () =>
        this.#naming(volume, () => this.#prepareVolume(pod, volume, paths, signal), signal),
      );
    }
  }

  async mountsOf(
    pod: Live<Pod>,
    container: Container,
    facts: MountFacts,
    signal: AbortSignal,
  ): Promise<readonly Mount[]> {
    const paths = this.#pathsOf(pod.metadata.uid);
    const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]));
    const mounts: Mount[] = [];
    for (const [index, wanted] of (container.volumeMounts ?? []).entries()) {
      const volume = volumes.get(wanted.name);
      if (volume === undefined) throw new ConfigError(`volume ${wanted.name} is not in the pod`);
      const part = paths.part(volume.name, container.name, index);
      mounts.push(await this.#mountOf(pod, { wanted, volume, part }, facts, signal));
    }
    mounts.push(...(await this.#hostsMount(pod, mounts, facts.podIps, paths)));
    mounts.push(await this.#terminationMount(container, facts.attempt, paths));
    return mounts;
  }

  async #mountOf(
    pod: Live<Pod>,
    { wanted, volume, part }: WantedMount,
    facts: MountFacts,
    signal: AbortSignal,
  ): Promise<Mount> {
    try {
      const { path, isReadOnly } = await this.#placeOf(pod, volume, signal);
      const subPath = subPathOf(wanted, facts);
      if (subPath === "") return mountOf(wanted, path, isReadOnly);
      const deps = { disk: this.#deps.disk, mounter: this.#mounter };
      await mountSubPath(deps, { volume: path, subPath, target: part }, signal);
      return mountOf(wanted, part, isReadOnly);
    } catch (error) {
      // What the pod's author has to mend is told by the container's status.
      if (!(error instanceof VolumeError)) throw error;
      const message = `failed to prepare volumeMount "${wanted.name}": ${error.message}`;
      throw new ConfigError(message, { cause: error });
    }
  }

  async remove(uid: string, signal: AbortSignal): Promise<void> {
    const { home, memory } = this.#pathsOf(uid);
    this.#tokens.forget(uid);
    this.#deps.metrics.removed(uid);
    for (const directory of [home, memory]) {
      if ((await this.#deps.disk.findFacts(directory)) === undefined) continue;
      await this.#mounter.unmountBelow(directory, signal);
      await this.#deps.disk.remove(directory);
    }
  }

  async discard({ metadata, spec }: Live<Pod>, signal: AbortSignal): Promise<void> {
    const paths = this.#pathsOf(metadata.uid);
    for (const { name } of (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined)) {
      const directory = paths.volume(name, "disk");
      if ((await this.#deps.disk.findFacts(directory)) === undefined) continue;
      await this.#mounter.unmountBelow(directory, signal);
      await this.#deps.disk.remove(directory);
    }
  }

  /** The pod's emptyDirs on disk whose size is limited. */
  limitedDirectoriesOf({ metadata, spec }: Live<Pod>): readonly LimitedDirectory[] {
    const paths = this.#pathsOf(metadata.uid);
    return (spec.volumes ?? []).flatMap(({ name, emptyDir }) => {
      const { medium = "", sizeLimit = "0" } = emptyDir ?? {};
      if (medium !== "" || bytesOf(sizeLimit) <= 0) return [];
      return [{ volume: name, sizeLimit, path: paths.volume(name, "disk") }];
    });
  }

  async listUids(): Promise<readonly string[]> {
    return this.#deps.disk.listDirectory(homesOf(this.#options.directory));
  }

  /** Keeps the volumes of running pods up to date until aborted. */
  async run(listPods: () => readonly Live<Pod>[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Only the abort ends the sleep early, and then the loop ends, too.
      await sleep(this.#deps.clock, refreshMs, signal).catch(() => {});
      for (const pod of listPods()) {
        if (signal.aborted) return;
        await this.#refresh(pod, signal);
      }
    }
  }

  async #refresh(pod: Live<Pod>, signal: AbortSignal): Promise<void> {
    const { name, uid, deletionTimestamp } = pod.metadata;
    const hasEnded = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
    if (deletionTimestamp !== undefined || hasEnded) return;
    const paths = this.#pathsOf(uid);
    try {
      if ((await this.#deps.disk.findFacts(paths.home)) === undefined) return;
      for (const volume of mountedVolumes(pod)) {
        if (isOfObjects(volume)) await this.#prepareVolume(pod, volume, paths, signal);
      }
    } catch (error) {
      // The catch site of this loop: the pod runs on with what it has, and the next round may do.
      if (!signal.aborted) this.#deps.log.error("updating volumes", error, { pod: name });
    }
  }

  async #prepareVolume(
    pod: Live<Pod>,
    volume: Volume,
    paths: PodPaths,
    signal: AbortSignal,
  ): Promise<void> {
    const sources = { objects: this.objects, tokens: this.#tokens, facts: this.#factsOf(pod) };
    const files = await filesOfVolume(pod, volume, sources, signal);
    if (files !== undefined) return this.#write(pod, volume, files, paths);
    if (volume.emptyDir !== undefined) return this.#prepareEmpty(pod, volume, paths, signal);
    const place = await this.#placeOf(pod, volume, signal);
    await ensureHostPath(this.#deps.disk, place.path, place.type);
    if (!place.isOwnable) return;
    if ((await this.#deps.disk.findFacts(place.path)) === undefined) {
      throw new VolumeError(`path "${place.path}" does not exist`);
    }
    await this.#own(pod, place.path, signal);
  }

  async #write(
    pod: Live<Pod>,
    volume: Volume,
    files: readonly PayloadFile[],
    paths: PodPaths,
  ): Promise<void> {
    const directory = paths.volume(volume.name, whereOf(volume));
    const { fsGroup } = pod.spec.securityContext ?? {};
    await this.#makeVolume(directory, 0o777);
    await writePayload(this.#deps, { directory, fsGroup }, files);
  }

  async #prepareEmpty(
    pod: Live<Pod>,
    { name, emptyDir }: Volume,
    paths: PodPaths,
    signal: AbortSignal,
  ): Promise<void> {
    const directory = paths.volume(name, "disk");
    const { medium = "", sizeLimit } = emptyDir ?? {};
    if (medium !== "" && medium !== "Memory") {
      throw new VolumeError(`storage medium ${medium} is not supported`);
    }
    const isNew = (await this.#deps.disk.findFacts(directory)) === undefined;
    await this.#makeVolume(directory, 0o777);
    if (medium === "Memory" && !(await this.#mounter.isMounted(directory))) {
      const sizeBytes = memorySize(pod, sizeLimit);
      await this.#mounter.mountMemory(directory, { mode: "0777", sizeBytes }, signal);
    }
    if (isNew) await this.#own(pod, directory, signal);
  }

  async #makeVolume(directory: string, mode: number): Promise<void> {
    if ((await this.#deps.disk.findFacts(directory)) !== undefined) return;
    await this.#deps.disk.makeDirectory(directory);
    await this.#deps.disk.setMode(directory, mode);
  }

  async #own({ spec }: Live<Pod>, directory: string, signal: AbortSignal): Promise<void> {
    const { fsGroup, fsGroupChangePolicy: policy = "Always" } = spec.securityContext ?? {};
    if (fsGroup === undefined) return;
    await giveToGroup(this.#deps, directory, { fsGroup, policy }, signal);
  }

  /** Where a volume is that is ready. */
  async #placeOf(pod: Live<Pod>, volume: Volume, signal: AbortSignal): Promise<ClaimedPlace> {
    const { name, hostPath, persistentVolumeClaim: claim, ephemeral } = volume;
    const ours = { type: "", isOwnable: false, isReadOnly: false };
    if (volume.emptyDir !== undefined || isOfObjects(volume)) {
      const isReadOnly = isOfObjects(volume);
      const paths = this.#pathsOf(pod.metadata.uid);
      return { ...ours, isReadOnly, path: paths.volume(name, whereOf(volume)) };
    }
    if (hostPath !== undefined) {
      return { ...ours, path: hostPath.path, type: hostPath.type ?? "" };
    }
    const { client } = this.#deps;
    if (claim !== undefined) {
      const request = { name: claim.claimName, readOnly: claim.readOnly === true };
      return placeOfClaim(client, pod, { ...request, isEphemeral: false }, signal);
    }
    if (ephemeral !== undefined) {
      const request = { name: `${pod.metadata.name}-${name}`, readOnly: false };
      return placeOfClaim(client, pod, { ...request, isEphemeral: true }, signal);
    }
    throw new VolumeError(`volumes of type ${typeOf(volume)} are not supported`);
  }

  /** The pod's `/etc/hosts`, unless the container mounts its own. */
  async #hostsMount(
    pod: Live<Pod>,
    mounts: readonly Mount[],
    addresses: readonly string[],
    paths: PodPaths,
  ): Promise<readonly Mount[]> {
    if (mounts.some(({ containerPath }) => containerPath === hostsPath)) return [];
    const text = await this.#hostsText(pod, addresses);
    if (text === undefined) return [];
    await this.#deps.disk.makeDirectory(paths.home);
    // In place: containers that run have the very file mounted.
    await this.#deps.disk.writeFile(paths.hostsFile, text, { mode: 0o644 });
    await this.#deps.disk.setMode(paths.hostsFile, 0o644);
    return [plainMount(hostsPath, paths.hostsFile)];
  }

  /** Undefined in the machine's network without aliases: there the machine's own file does. */
  async #hostsText(pod: Live<Pod>, addresses: readonly string[]): Promise<string | undefined> {
    const { hostAliases: aliases = [], hostNetwork, subdomain = "" } = pod.spec;
    if (hostNetwork === true) {
      if (aliases.length === 0) return undefined;
      const own = (await this.#deps.disk.findFile(hostsPath)) ?? new Uint8Array();
      return formatHostNetworkHosts(new TextDecoder().decode(own), aliases);
    }
    const { clusterDomain } = this.#options;
    const hostname = hostnameOf(pod, clusterDomain).split(".")[0] ?? "";
    const { namespace = "" } = pod.metadata;
    const domainName =
      subdomain === "" ? "" : `${hostname}.${subdomain}.${namespace}.svc.${clusterDomain}`;
    return formatPodHosts({ addresses, hostname, domainName, aliases });
  }

  /** A file of its own for each run of a container, which whoever it runs as may write. */
  async #terminationMount(container: Container, attempt: number, paths: PodPaths): Promise<Mount> {
    const file = paths.terminationFile(container.name, attempt);
    await this.#deps.disk.makeDirectory(file.slice(0, file.lastIndexOf("/")));
    await this.#deps.disk.writeFile(file, "", { mode: 0o666 });
    await this.#deps.disk.setMode(file, 0o666);
    return plainMount(container.terminationMessagePath ?? terminationPathDefault, file);
  }

  /** Says of a failure which volume it is about, as upstream's events do. */
  async #naming({ name }: Volume, step: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (signal.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new VolumeError(`MountVolume.SetUp failed for volume "${name}" : ${why}`, {
        cause: error,
      });
    }
  }

  #factsOf({ status }: Live<Pod>): PodFacts {
    const { addresses, allocatable } = this.#options;
    const podIps = (status.podIPs ?? []).map(({ ip }) => ip);
    return { podIps, hostIps: addresses, allocatable };
  }

  #pathsOf(uid: string): PodPaths {
    return pathsOf(this.#options.directory, uid);
  }
}

/** The volumes that some container mounts; others may even be broken. */
function mountedVolumes({ spec }: Live<Pod>): readonly Volume[] {
  const containers = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ];
  const names = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(nameOf)));
  return (spec.volumes ?? []).filter(({ name }) => names.has(name));
}

function nameOf({ name }: VolumeMount): string {
  return name;
}

/** Made of API objects, and so kept up to date. */
function isOfObjects({ configMap, secret, downwardAPI, projected }: Volume): boolean {
  return [configMap, secret, downwardAPI, projected].some((source) => source !== undefined);
}

function whereOf({ secret, projected }: Volume): "disk" | "memory" {
  return secret === undefined && projected === undefined ? "disk" : "memory";
}

function typeOf(volume: Volume): string {
  return Object.keys(volume).find((field) => field !== "name") ?? "unknown";
}

/** The limit of a volume in memory: its own, and never more than the pod may use at all. */
function memorySize({ spec }: Live<Pod>, sizeLimit: string | undefined): number | undefined {
  const limits = spec.containers.map(({ resources }) => resources?.limits?.["memory"]);
  const podLimit = limits.includes(undefined)
    ? undefined
    : limits.reduce((sum, text) => sum + bytesOf(text ?? "0"), 0);
  const own = sizeLimit === undefined || bytesOf(sizeLimit) === 0 ? undefined : bytesOf(sizeLimit);
  if (own === undefined || podLimit === undefined) return own ?? podLimit;
  return Math.min(own, podLimit);
}

function bytesOf(text: string): number {
  return quantityUnits(parseQuantity(text));
}

function subPathOf(
  { subPath = "", subPathExpr = "" }: VolumeMount,
  { environment }: MountFacts,
): string {
  if (subPathExpr === "") return subPath;
  const values = new Map(environment.map(({ key, value }) => [key, value]));
  const expanded = expand(subPathExpr, values);
  if (/\$\([^()$]*\)/.test(expanded)) {
    throw new VolumeError(`missing value for the variables of subPathExpr ${subPathExpr}`);
  }
  return expanded;
}

function mountOf(wanted: VolumeMount, hostPath: string, isReadOnly: boolean): Mount {
  const readonly = wanted.readOnly === true || isReadOnly;
  return {
    containerPath: wanted.mountPath.startsWith("/") ? wanted.mountPath : `/${wanted.mountPath}`,
    hostPath,
    readonly,
    selinuxRelabel: false,
    propagation: propagationOf(wanted.mountPropagation),
    recursiveReadOnly: readonly && wanted.recursiveReadOnly === "Enabled",
  };
}

function propagationOf(wanted: string | undefined): Mount["propagation"] {
  if (wanted === "Bidirectional") return "bidirectional";
  return wanted === "HostToContainer" ? "hostToContainer" : "private";
}

function plainMount(containerPath: string, hostPath: string): Mount {
  return {
    containerPath,
    hostPath,
    readonly: false,
    selinuxRelabel: false,
    propagation: "private",
    recursiveReadOnly: false,
  };
}
