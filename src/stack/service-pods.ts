/** Which of a stack's pods run a service. */
import { compareText } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";

/**
 * The pods that have a container of the service, by its name in the cluster, the oldest first.
 * Services with `network_mode: service:x` are containers in the pods of x.
 */
export function podsOfService(pods: readonly Live<Pod>[], service: string): readonly Live<Pod>[] {
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ spec }) => (spec?.containers ?? []).some(({ name }) => name === service))
    .toSorted(
      ({ metadata: left }, { metadata: right }) =>
        compareText(left.creationTimestamp, right.creationTimestamp) ||
        compareText(left.name, right.name),
    );
}

/** The services that these pods run, by their names in the cluster. */
export function servicesOf(pods: readonly Live<Pod>[]): readonly string[] {
  const names = pods.flatMap(({ spec }) => (spec?.containers ?? []).map(({ name }) => name));
  return [...new Set(names)].toSorted(compareText);
}

export function isReady({ status }: Live<Pod>): boolean {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}
