import { sleep } from "#base";
import { createPodStreams } from "#client";
import { openForwards } from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { publishedForwards } from "./forward-stack.ts";
import { localPaths, writeLocalPorts } from "./local-ports.ts";
import { openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";
import { listStackPods, watchStackPods } from "./stack-pods.ts";

const lookMs = 5_000;

/** So often in a row must the stack be gone, or out of reach, before its ports are given up. */
const absencesMax = 3;

/** Forwards what a stack publishes until it is told to end, or the stack has gone. */
export async function keepPorts(
  context: CommandContext,
  [stack]: readonly string[],
  flags: ConnectionFlagValues,
  given: readonly string[],
): Promise<void> {
  if (stack === undefined) throw new UsageError("stack keep-ports takes a STACK");
  const { sockets, signal, clock, disk } = context;
  const cluster = await openCluster(context, flags, given);
  const forwards = await publishedForwards(context, cluster, stack);
  await using watched = await watchStackPods(context, cluster, stack);
  const notes: string[] = [];
  const streams = createPodStreams(cluster.transport);
  const note = (line: string) => {
    notes.push(line);
    context.terminal.note(line);
  };
  const deps = { sockets, streams, pods: watched.pods.cache, note };
  await using listening = await openForwards(deps, forwards, signal);
  const local = { cluster, stack };
  await writeLocalPorts(context, local, listening.open, [...notes]);
  try {
    for (let absences = 0; absences < absencesMax; ) {
      await sleep(clock, lookMs, signal);
      const found = await listStackPods(cluster, stack, signal).catch(() => []);
      absences = found.length === 0 ? absences + 1 : 0;
    }
  } finally {
    await disk.remove(localPaths(context, local).ports);
  }
}
