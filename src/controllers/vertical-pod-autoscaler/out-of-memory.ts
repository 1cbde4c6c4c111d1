/** Containers that were killed for their use of memory, as the statuses of pods tell. Pure. */

import type { Live } from "#api";
import type { ContainerStatus, Pod } from "#api/core/v1";
import { millisOf } from "./recommend.ts";

export interface OutOfMemoryKill {
  readonly containerName: string;
  readonly atMs: number;
  /** Bytes that the container requests. */
  readonly requestBytes: number;
}

/** @param sinceMs what was before is known already */
export function findOutOfMemoryKills(
  { spec, status }: Live<Pod>,
  sinceMs: number,
): readonly OutOfMemoryKill[] {
  return (status.containerStatuses ?? []).flatMap((told) => {
    const atMs = latestKillMs(told);
    if (atMs === undefined || atMs <= sinceMs) return [];
    const stated = spec.containers.find(({ name }) => name === told.name)?.resources;
    const { requests } = told.resources ?? stated ?? {};
    const requestBytes = millisOf(requests?.["memory"] ?? "0") / 1000;
    return [{ containerName: told.name, atMs, requestBytes }];
  });
}

function latestKillMs({ state, lastState }: ContainerStatus): number | undefined {
  const kills = [state?.terminated, lastState?.terminated].flatMap((terminated) =>
    terminated?.reason === "OOMKilled" ? [Date.parse(terminated.finishedAt ?? "")] : [],
  );
  return kills.find((atMs) => !Number.isNaN(atMs));
}
