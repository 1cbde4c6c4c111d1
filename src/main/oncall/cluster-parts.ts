/** On-call of a cluster as parts of its monitoring process. */
import { alertingUrl, type ClusterConfig } from "#cli";
import type { Client, EventRecorder, InformerSet } from "#client";
import type { Clock, Logger } from "#base";
import { realTimeZones, systemRandom } from "#host";
import { StatusReporter } from "../objects/status-reporter.ts";
import type { RunningPart } from "../run-parts.ts";
import type { ClusterAlertmanager } from "../monitor/cluster-alertmanager.ts";
import { ClusterOnCall } from "./cluster-on-call.ts";
import { OnCallObjects } from "./on-call-objects.ts";
import { onCallRoute } from "./on-call-route.ts";
import type { OnCallSettings } from "./on-call-part.ts";

export interface ClusterOnCallAround {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: OnCallSettings["env"];
  readonly events: EventRecorder;
}

/** On-call beside the cluster's Alertmanager, and what keeps it at what the objects say. */
export function clusterOnCall(
  { directory, config }: { readonly directory: string; readonly config: ClusterConfig },
  alertmanager: Pick<ClusterAlertmanager, "applyParts">,
  around: ClusterOnCallAround,
): { readonly onCall: ClusterOnCall; readonly parts: readonly RunningPart[] } {
  const log = around.log.child({ component: "oncall" });
  const { client, clock, env } = around;
  const onCall = new ClusterOnCall({
    client,
    clock,
    log,
    random: systemRandom,
    directory,
    settings: { env, externalUrl: alertingUrl(config) },
    routeAlerts: () => alertmanager.applyParts("on-call", [onCallRoute]),
  });
  const reporter = new StatusReporter({ ...around, log });
  const objects = new OnCallObjects({ ...around, log, zones: realTimeZones, reporter, onCall });
  const parts = [
    { name: "on-call", run: (ending: AbortSignal) => onCall.run(ending) },
    { name: "objects of on-call", run: (ending: AbortSignal) => objects.run(ending) },
  ];
  return { onCall, parts };
}
