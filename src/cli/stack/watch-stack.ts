/** `wherry stack watch`: from `develop.watch` in the files to running containers. */
import { type ComposeProject, placeAt } from "#compose";
import { createPodStreams } from "#client";
import {
  type Overlay,
  type OverlaidService,
  overlayBytesMax,
  overlayContent,
  overlayKind,
  overlayWorkload,
  parseIgnoreFile,
  type PlannedService,
  watchFiles,
  watchRulesOf,
  type WatchRule,
} from "#stack";
import type { CommandContext } from "../command.ts";
import { buildImages } from "./build-images.ts";
import { type BuildFlagValues, buildPlaceOf } from "./build-stack.ts";
import { commandInContainer } from "./command-in-container.ts";
import { deliverStack } from "./deliver-stack.ts";
import { loadStackProject, planProject, stackNameOf } from "./load-stack.ts";
import { type OpenCluster, openCluster } from "./open-cluster.ts";
import type {
  ComposeFlagValues,
  ConnectionFlagValues,
  ConversionFlagValues,
} from "./stack-flags.ts";
import { listStackPods, watchStackPods } from "./stack-pods.ts";

export type WatchFlagValues = ComposeFlagValues &
  ConnectionFlagValues &
  ConversionFlagValues &
  BuildFlagValues;

const manager = { fieldManager: "wherry-watch", force: true, dryRun: false };

/** Watches until the person ends it, then takes back what it did to what is deployed. */
export async function watchStack(
  context: CommandContext,
  args: readonly string[],
  flags: WatchFlagValues,
  given: readonly string[],
): Promise<void> {
  const { terminal, disk, clock, signal } = context;
  const name = stackNameOf(args, "stack watch");
  const project = await loadStackProject(context, flags, { name, variables: "replaced" });
  const rules = await rulesOf(context, project);
  if (rules.length === 0) throw new Error("no service has develop.watch");
  const cluster = await openCluster(context, flags, given);
  await listStackPods(cluster, project.name, signal);
  const options = { stack: project.name, namespace: cluster.namespace };
  const plan = await planProject(context, project, flags, options);
  const services = new Map(plan.services.map((service) => [service.name, service]));
  const overlaid = new Map<string, OverlaidService>();
  const images = new Map<string, string>();
  const restart = async (service: string, files: Overlay["files"]) => {
    const place = overlaidService(cluster, services.get(service), service);
    overlaid.set(service, place);
    const restartedAt = new Date(clock.nowMs()).toISOString();
    await applyOverlay(cluster, place, { files, restartedAt }, signal);
  };
  const rebuild = async (service: string) => {
    const place = await buildPlaceOf(context, flags, given);
    const tagged = { ...place, tags: "of the image" } as const;
    for (const built of await buildImages(context, project, [service], tagged)) {
      images.set(...built);
    }
    const stack = await planProject(context, project, flags, { ...options, images });
    const findPlace = (path: Parameters<typeof placeAt>[1]) => placeAt(project.tree, path);
    await deliverStack(context, { cluster, stack, findPlace, description: "watch" }, delivery);
  };
  await using watched = await watchStackPods(context, cluster, project.name);
  const commandOf = (rule: WatchRule) =>
    commandInContainer(rule.command, {
      env: [...rule.environment].map(([key, value]) => `${key}=${value ?? ""}`),
      workdir: rule.workingDirectory,
    });
  const streams = createPodStreams(cluster.transport);
  const note = (line: string) => terminal.print(line);
  const deps = {
    disk,
    clock,
    streams,
    pods: watched.pods.cache,
    note,
    restart,
    rebuild,
    commandOf,
  };
  await watchFiles(deps, rules, signal);
  await takeBack(cluster, [...overlaid.values()]);
}

const delivery = {
  yes: true,
  "dry-run": false,
  diff: false,
  prune: false,
  detach: false,
  timeout: "10m",
  quiet: true,
};

/** Of all services, each with what its `.dockerignore` leaves out of the image anyway. */
async function rulesOf(
  { disk }: CommandContext,
  project: ComposeProject,
): Promise<readonly WatchRule[]> {
  const rules: WatchRule[] = [];
  for (const [name, definition] of project.services) {
    const bytes =
      definition.build?.context === undefined
        ? undefined
        : await disk.findFile(`${definition.build.context}/.dockerignore`);
    const ignores = bytes === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(bytes));
    rules.push(...watchRulesOf(name, definition, ignores));
  }
  return rules;
}

function overlaidService(
  { namespace }: OpenCluster,
  service: PlannedService | undefined,
  name: string,
): OverlaidService {
  const { workload } = service ?? {};
  if (service === undefined || workload === undefined || !/^(?:Dep|Dae|Sta)/.test(workload.kind)) {
    throw new Error(`service ${name} cannot be restarted: it is no server of its own`);
  }
  return { namespace, workload, container: service.objectName };
}

async function applyOverlay(
  { objects, namespace }: OpenCluster,
  service: OverlaidService,
  overlay: Overlay,
  signal: AbortSignal,
): Promise<void> {
  const bytes = [...overlay.files.values()].reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > overlayBytesMax) {
    throw new Error(`${bytes} bytes have changed, at most ${overlayBytesMax} fit: rebuild instead`);
  }
  const kind = overlayKind(service.workload.kind);
  const found = await objects.find(kind, { namespace, name: service.workload.name }, signal);
  if (found === undefined) throw new Error(`${service.workload.name} is not deployed`);
  const content = overlayContent(service, overlay, found);
  if (content !== undefined) {
    await objects.apply(overlayKind("ConfigMap"), content, manager, signal);
  }
  await objects.apply(kind, overlayWorkload(service, overlay), manager, signal);
}

/** Pods go back to what their image has. The files stay until what they were for is removed. */
async function takeBack(cluster: OpenCluster, services: readonly OverlaidService[]): Promise<void> {
  const nothing: Overlay = { files: new Map(), restartedAt: undefined };
  const signal = new AbortController().signal;
  for (const service of services) await applyOverlay(cluster, service, nothing, signal);
}
