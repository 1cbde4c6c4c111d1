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

/** One page of metrics. */
export class MetricsPage {
  readonly meters = new MetricRegistry();

  /** The page in the format that the `Accept` header asks for. */
  readonly answer = (accept: string): MetricsAnswer =>
    answerMetrics(accept, this.meters.families(), metricsFormats);
}

/** The page of one part of the cluster, as on a `/metrics` of its own: with its process and version. */
export function componentPage(): MetricsPage {
  const page = new MetricsPage();
  registerProcessMetrics(page.meters, realMachine);
  registerBuildInfo(page.meters);
  return page;
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
  const apiserver = componentPage();
  const controllers = componentPage();
  const scheduler = componentPage();
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

/** The pages of what counts by itself on a node. */
export interface NodeCounting {
  readonly agent: MetricsPage;
  readonly probes: MetricsPage;
  readonly proxy: MetricsPage;
  readonly dns: MetricsPage;
}

export function openNodeCounting(): NodeCounting {
  return {
    agent: componentPage(),
    probes: new MetricsPage(),
    proxy: componentPage(),
    dns: componentPage(),
  };
}
