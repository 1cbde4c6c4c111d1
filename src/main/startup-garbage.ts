import { sleep } from "#base";
import { collectGarbage, realClock, realMachine } from "#host";
import type { RunningPart } from "./run-parts.ts";

/** By then a cluster is up and its parts have found each other. */
const afterMs = 20_000;
/** Of more than that, collecting all garbage at once would be felt. */
const heapBytesMax = 128 * 1024 * 1024;

/**
 * Lets go of what starting has left behind: V8 itself keeps it until as much again has come, which
 * in a process that does little takes hours.
 */
export const startupGarbagePart: RunningPart = {
  name: "startup garbage",
  async run(signal) {
    const isOver = await sleep(realClock, afterMs, signal).then(
      () => true,
      () => false,
    );
    if (isOver && realMachine.usage().heapBytes < heapBytesMax) collectGarbage();
    if (signal.aborted) return;
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve, { once: true });
    });
  },
};
