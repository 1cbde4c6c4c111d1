/** Puts a stack into a cluster, wherever it comes from: looks, shows, asks, deploys, remembers. */
import {
  type DeployedStack,
  type DeployOutcome,
  formatChange,
  type Look,
  lookAt,
  type PlaceFinder,
  runDeployment,
  summarizeChanges,
} from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { DeliveryFlagValues } from "./delivery-flags.ts";
import { parseTimeout } from "./duration.ts";
import type { OpenCluster } from "./open-cluster.ts";
import { progressDisplay, quietDisplay } from "./progress-display.ts";

export interface Delivery {
  readonly cluster: OpenCluster;
  readonly stack: DeployedStack;
  readonly findPlace: PlaceFinder;
  /** What history says about it. */
  readonly description: string;
}

/** Gives the exit status: 0 when everything runs, or nothing was to be done. */
export async function deliverStack(
  context: CommandContext,
  delivery: Delivery,
  flags: DeliveryFlagValues,
): Promise<number> {
  const { terminal, signal } = context;
  const { cluster, stack, findPlace } = delivery;
  const timeoutMs = parseTimeout("timeout", flags.timeout);
  const options = { prune: flags.prune, findPlace };
  const look = await lookAt(cluster.objects, stack, options, signal);
  showChanges(context, look, flags);
  if (flags["dry-run"]) {
    terminal.print(
      `Stack ${stack.stack} ${look.changes.length === 0 ? "is" : "was left"} unchanged`,
    );
    return 0;
  }
  if (look.changes.length > 0) await confirm(context, delivery, flags);
  const outcome = await rollOut(context, delivery, look, { ...flags, timeoutMs });
  if (outcome.kind === "failed") {
    terminal.note(`Stack ${stack.stack} is not running as it should`);
    return 1;
  }
  const state = flags.detach ? "deployed" : "stable and running";
  const isNew = look.changes.length > 0;
  terminal.print(`Stack ${stack.stack} is ${isNew ? state : "unchanged"}`);
  return 0;
}

function showChanges(
  { terminal }: CommandContext,
  { changes }: Look,
  { diff, quiet }: DeliveryFlagValues,
): void {
  if (quiet || changes.length === 0) return;
  for (const change of changes) {
    for (const line of formatChange(change, diff ? "whole" : "short")) terminal.print(line);
  }
  terminal.print(summarizeChanges(changes));
}

async function confirm(
  { terminal, signal }: CommandContext,
  { cluster, stack }: Delivery,
  { yes }: DeliveryFlagValues,
): Promise<void> {
  if (yes || !terminal.isInteractive()) return;
  const where = `namespace ${stack.namespace} of ${cluster.name}`;
  const answer = await terminal.ask(`Apply this to ${where}? [y/N] `, signal);
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError("nothing was applied");
}

async function rollOut(
  { terminal, clock, packing, signal }: CommandContext,
  { cluster, stack, findPlace, description }: Delivery,
  look: Look,
  { quiet, detach, timeoutMs }: DeliveryFlagValues & { readonly timeoutMs: number },
): Promise<DeployOutcome> {
  const { objects } = cluster;
  const display = quiet ? quietDisplay(terminal) : progressDisplay(terminal);
  if (!quiet && !detach) terminal.print("Waiting for the stack to be stable and running...");
  const until = detach ? "started" : "stable";
  return runDeployment(
    { objects, clock, packing, signal, onProgress: display.show, note: display.note },
    stack,
    look,
    { until, timeoutMs, findPlace, description },
  );
}
