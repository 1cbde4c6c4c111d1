/**
 * Keeps pods of this machine connected as the cluster changes: routes to the pods of other nodes, and
 * the CNI configuration once a node has been given its share of the pod range.
 */

import { type Clock, type Disk, type Logger, type Processes, sleep } from "#base";
import type { ObjectSource } from "../object-source.ts";
import { WakeUp } from "../wake-up.ts";
import { type CniOptions, cniConfiguration } from "./cni.ts";
import {
  parsePodRoutes,
  planPodRoutes,
  podRoutesOf,
  type RoutedNode,
  routeProtocol,
} from "./pod-routes.ts";

export interface FollowNodesDeps {
  readonly nodes: ObjectSource<RoutedNode>;
  readonly clock: Clock;
  readonly disk: Pick<Disk, "findFile" | "replaceFile" | "makeDirectory">;
  readonly processes: Processes;
  readonly log: Logger;
}

export interface FollowNodesOptions {
  /** The node in whose namespace we run; undefined in the host's. */
  readonly self: string | undefined;
  /** `main` in a node's namespace, the cluster's own table in the host's. */
  readonly table: string;
  /** Where containerd looks for the configuration, and what it says but for the range. */
  readonly cni:
    | (Omit<CniOptions, "podCidr"> & { readonly configurationDirectory: string })
    | undefined;
  /** How often to look whether the routes are still there. */
  readonly checkMs: number;
  /** Pause after a failure. */
  readonly retryMs: number;
}

export const followNodesDefaults = { checkMs: 30_000, retryMs: 1_000 } as const;

/** Runs until aborted; routes and configuration stay. */
export async function followNodes(
  deps: FollowNodesDeps,
  options: FollowNodesOptions,
  signal: AbortSignal,
): Promise<void> {
  await deps.nodes.synced(signal);
  const wakeUp = new WakeUp(deps.clock);
  using _following = deps.nodes.onChange(() => wakeUp.wake());
  while (!signal.aborted) {
    const nodes = deps.nodes.cache.list();
    try {
      await applyRoutes(deps, options, nodes);
      await applyCni(deps, options, nodes);
    } catch (error) {
      // Tried again soon, and the kernel's or the disk's complaint is in the log.
      deps.log.error("connecting to other nodes failed", error);
      await sleep(deps.clock, options.retryMs, signal).catch(() => {});
      wakeUp.wake();
    }
    await wakeUp.next(options.checkMs, signal);
  }
}

async function applyRoutes(
  { processes }: FollowNodesDeps,
  { self, table }: FollowNodesOptions,
  nodes: readonly RoutedNode[],
): Promise<void> {
  const show = ["-j", "-4", "route", "show", "proto", String(routeProtocol), "table", table];
  const shown = await processes.run("ip", show);
  if (shown.exitCode !== 0) throw new Error(`reading routes: ${shown.stderr.trim()}`);
  const current = parsePodRoutes(shown.stdout.trim() === "" ? "[]" : shown.stdout);
  const lines = planPodRoutes(podRoutesOf(nodes, self), current, table);
  if (lines.length === 0) return;
  const input = `${lines.join("\n")}\n`;
  const changed = await processes.run("ip", ["-batch", "-"], { input });
  if (changed.exitCode !== 0) throw new Error(`changing routes: ${changed.stderr.trim()}`);
}

async function applyCni(
  { disk }: FollowNodesDeps,
  { self, cni }: FollowNodesOptions,
  nodes: readonly RoutedNode[],
): Promise<void> {
  const podCidr = nodes.find((node) => node.metadata.name === self)?.spec.podCIDR;
  if (cni === undefined || podCidr === undefined || podCidr === "") return;
  const path = `${cni.configurationDirectory}/10-wherry.conflist`;
  const wanted = cniConfiguration({ ...cni, podCidr });
  const found = await disk.findFile(path);
  if (found !== undefined && new TextDecoder().decode(found) === wanted) return;
  await disk.makeDirectory(cni.configurationDirectory);
  await disk.replaceFile(path, wanted);
}
