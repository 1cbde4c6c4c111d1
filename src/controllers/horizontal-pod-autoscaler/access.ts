/** What an autoscaler reads and writes besides its own object and the pods: ports, and the API behind them. */

import type { Live } from "#api";
import {
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerStatus,
  horizontalPodAutoscaler as autoscalerKind,
} from "#api/autoscaling/v2";
import type { Client } from "#client";
import { canonicalText } from "../pod-template.ts";
import { apiMetrics } from "./api-metrics.ts";
import type { MetricsSource } from "./metrics-source.ts";
import { readScale, type ScaleReference, type TargetScale, writeScale } from "../scale-target.ts";

/** How large a target is, and the way to make it larger or smaller. */
export interface ResizableScale
  extends Pick<TargetScale, "specReplicas" | "statusReplicas" | "selector"> {
  /** Throws `StatusError` when that is refused. */
  resize(replicas: number, signal: AbortSignal): Promise<void>;
}

export interface AutoscalerAccess {
  readonly metrics: MetricsSource;
  /** Throws when there is no such kind, no such object, or nothing to scale about it. */
  readScale(
    namespace: string,
    target: ScaleReference,
    signal: AbortSignal,
  ): Promise<ResizableScale>;
  /** Tells what the autoscaler has come to, unless that is told already. */
  writeStatus(
    autoscaler: Live<HorizontalPodAutoscaler>,
    status: HorizontalPodAutoscalerStatus,
    signal: AbortSignal,
  ): Promise<void>;
}

/** By nothing but the API, as in a cluster. */
export function apiAccess(client: Client): AutoscalerAccess {
  return {
    metrics: apiMetrics(client),
    async readScale(namespace, target, signal) {
      const scale = await readScale(client, namespace, target, signal);
      const resize: ResizableScale["resize"] = (replicas, writing) =>
        writeScale(client, scale, replicas, writing);
      return { ...scale, resize };
    },
    async writeStatus(autoscaler, status, signal) {
      if (canonicalText(status) === canonicalText(autoscaler.status)) return;
      await client.of(autoscalerKind).updateStatus({ ...autoscaler, status }, {}, signal);
    },
  };
}
