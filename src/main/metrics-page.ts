import type { Meters } from "#base";
import { type MetricsAnswer, answerMetrics, MetricRegistry, metricsFormats } from "#exposition";
import { ClientRequestMetrics } from "#client";
import { realClock, realMachine } from "#host";
import { registerBuildInfo, registerProcessMetrics } from "./process-metrics.ts";

/** Where the API server shows the pages of what runs in its process. */
export const metricsPaths = {
  controllers: "/metrics/kube-controller-manager",
  scheduler: "/metrics/kube-scheduler",
} as const;

/** What one part of the cluster tells of itself, as it would on a `/metrics` of its own. */
class MetricsPage {
  readonly meters = new MetricRegistry();

  constructor() {
    registerProcessMetrics(this.meters, realMachine);
    registerBuildInfo(this.meters);
  }

  /** The page in the format that the `Accept` header asks for. */
  readonly answer = (accept: string): MetricsAnswer =>
    answerMetrics(accept, this.meters.families(), metricsFormats);
}

/** Where what runs beside the API server counts, and its requests are counted. */
export interface ComponentCounting {
  readonly controllers: Counting;
  readonly scheduler: Counting;
}

interface Counting {
  readonly meters: Meters;
  readonly requests: ClientRequestMetrics;
}

function countingOn({ meters }: MetricsPage): Counting {
  return { meters, requests: new ClientRequestMetrics(meters, realClock) };
}

/** The pages of what runs in the API server's process, and where each part counts. */
export function openServerPages() {
  const apiserver = new MetricsPage();
  const controllers = new MetricsPage();
  const scheduler = new MetricsPage();
  return {
    counting: {
      controllers: countingOn(controllers),
      scheduler: countingOn(scheduler),
    } satisfies ComponentCounting,
    /** What the API server itself needs: it shows all of them. */
    served: {
      meters: apiserver.meters,
      metricsPages: new Map([
        ["/metrics", apiserver.answer],
        [metricsPaths.controllers, controllers.answer],
        [metricsPaths.scheduler, scheduler.answer],
      ]),
    },
  };
}
