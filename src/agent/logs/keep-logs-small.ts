import { type Clock, type Disk, type Logger, sleep } from "#base";
import type { Runtime } from "../runtime.ts";
import { type RotationLimits, rotateLog } from "./rotate-logs.ts";

export interface LogKeeperDeps {
  readonly runtime: Runtime;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Upstream's `containerLogMonitorInterval`. */
const checkEveryMs = 10_000;

/** Rotates the logs of running containers as they grow, until the signal aborts. */
export async function keepLogsSmall(
  deps: LogKeeperDeps,
  limits: RotationLimits,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await rotateAll(deps, limits, signal);
    } catch (error) {
      // A runtime that is away comes back, a full disk may not stay full: the next round tries again.
      if (!signal.aborted) deps.logger.error("rotating container logs failed", error);
    }
    await untilNextCheck(deps.clock, signal);
  }
}

async function untilNextCheck(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await sleep(clock, checkEveryMs, signal);
  } catch (error) {
    // Aborted: the loop ends by itself.
    if (!signal.aborted) throw error;
  }
}

async function rotateAll(
  { runtime, disk, clock }: LogKeeperDeps,
  limits: RotationLimits,
  signal: AbortSignal,
): Promise<void> {
  for (const { id } of await runtime.containers.list({ state: "running" }, signal)) {
    const path = (await runtime.containers.find(id, signal))?.logPath ?? "";
    if (path === "") continue;
    const reopen = () => runtime.containers.reopenLog(id, signal);
    await rotateLog(disk, { path, reopen }, limits, clock.nowMs());
  }
}
