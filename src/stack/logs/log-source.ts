import type { Live, ObjectKey } from "#api";
import type { Pod } from "#api/core/v1";
import { stackLabels } from "../labels.ts";

/** One run of a container. A container that was started anew is another source. */
export interface LogSource {
  /** The runtime's own, unique among all. */
  readonly id: string;
  readonly pod: ObjectKey;
  readonly container: string;
  readonly service: string;
  /** How its lines are called: the service and what tells its pods apart, `words-6c8kk`. */
  readonly label: string;
  /** Whether more may come. */
  readonly isRunning: boolean;
}

/** What can be read of a pod: every container of a wanted service that has been started. */
export function logSourcesOf(
  { metadata, status }: Live<Pod>,
  services: readonly string[],
): readonly LogSource[] {
  const { name, namespace = "", labels = {} } = metadata;
  const owner = labels[stackLabels.service] ?? name;
  const pod = { name, namespace };
  const suffix = name.slice(name.lastIndexOf("-") + 1);
  const inits = (status?.initContainerStatuses ?? []).map((found) => ({
    ...found,
    service: owner,
    label: `${owner}-${suffix} ${found.name}`,
  }));
  // Services with `network_mode: service:x` are containers, called after them, in the pods of x.
  const mains = (status?.containerStatuses ?? []).map((found) => ({
    ...found,
    service: found.name,
    label: `${found.name}-${suffix}`,
  }));
  return [...inits, ...mains].flatMap(
    ({ containerID = "", name: container, service, label, state }) => {
      const isWanted = services.length === 0 || services.includes(service);
      if (containerID === "" || !isWanted) return [];
      const isRunning = state?.running !== undefined;
      return [{ id: containerID, pod, container, service, label, isRunning }];
    },
  );
}
