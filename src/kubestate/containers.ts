/** What pods tell about their containers; the same of init containers under other names. */
import type { Container, ContainerStatus, Pod } from "#api/core/v1";
import type { Live } from "#api";
import { type Family, gauge, type LabelValues } from "./family.ts";
import { bit, epochSeconds, fact, resourceSamples } from "./samples.ts";

/** How the two sorts of containers differ. */
interface Sort {
  /** First part of all names. */
  readonly prefix: string;
  readonly word: string;
  readonly specsOf: (pod: Live<Pod>) => readonly Container[];
  readonly statusesOf: (pod: Live<Pod>) => readonly ContainerStatus[];
  /** Further labels of `_info`. */
  readonly factsOf: (container: Container) => LabelValues;
}

export function containerFamilies(): readonly Family<Pod>[] {
  return familiesOf({
    prefix: "kube_pod_container",
    word: "container",
    specsOf: ({ spec }) => spec.containers,
    statusesOf: ({ status }) => status.containerStatuses ?? [],
    factsOf: () => ({}),
  });
}

export function initContainerFamilies(): readonly Family<Pod>[] {
  return familiesOf({
    prefix: "kube_pod_init_container",
    word: "init container",
    specsOf: ({ spec }) => spec.initContainers ?? [],
    statusesOf: ({ status }) => status.initContainerStatuses ?? [],
    factsOf: ({ restartPolicy }) => ({ restart_policy: restartPolicy }),
  });
}

function familiesOf(sort: Sort): readonly Family<Pod>[] {
  return [
    infoFamily(sort),
    ...resourceFamilies(sort),
    ...presentFamilies(sort),
    ...pastFamilies(sort),
  ];
}

function infoFamily({ prefix, word, specsOf, statusesOf, factsOf }: Sort): Family<Pod> {
  const help = `Information about ${word === "container" ? "a" : "an"} ${word} in a pod.`;
  return gauge(`${prefix}_info`, help, (pod) =>
    specsOf(pod).flatMap((container) => {
      const status = statusesOf(pod).find(({ name }) => name === container.name);
      if (status === undefined) return [];
      return fact({
        container: container.name,
        image_spec: container.image,
        image: status.image,
        image_id: status.imageID,
        container_id: status.containerID,
        ...factsOf(container),
      });
    }),
  );
}

function resourceFamilies({ prefix, word, specsOf }: Sort): readonly Family<Pod>[] {
  const article = word === "container" ? "a" : "an";
  const amounts = (pod: Live<Pod>, which: "limits" | "requests") =>
    specsOf(pod).flatMap(({ name, resources }) =>
      resourceSamples(resources?.[which], { container: name, node: pod.spec.nodeName }),
    );
  return [
    gauge(
      `${prefix}_resource_limits`,
      `The number of requested limit resource by ${article} ${word}.`,
      (pod) => amounts(pod, "limits"),
    ),
    gauge(
      `${prefix}_resource_requests`,
      `The number of requested request resource by ${article} ${word}.`,
      (pod) => amounts(pod, "requests"),
    ),
  ];
}

function presentFamilies(sort: Sort): readonly Family<Pod>[] {
  const { word } = sort;
  const is = (state: string) => `Describes whether the ${word} is currently in ${state} state.`;
  const why = (state: string) => `Describes the reason the ${word} is currently in ${state} state.`;
  const restarts =
    word === "container"
      ? "The number of container restarts per container."
      : "The number of restarts for the init container.";
  return [
    eachStatus(
      sort,
      "state_started",
      `Start time in unix timestamp for a pod ${word}.`,
      ({ state }) => epochSeconds(state?.running?.startedAt ?? state?.terminated?.startedAt),
    ),
    eachStatus(
      sort,
      "status_ready",
      `Describes whether the ${word}s readiness check succeeded.`,
      ({ ready }) => bit(ready),
    ),
    {
      ...eachStatus(sort, "status_restarts_total", restarts, ({ restartCount }) => restartCount),
      type: "counter",
    },
    eachStatus(sort, "status_running", is("running"), ({ state }) =>
      bit(state?.running !== undefined),
    ),
    eachStatus(sort, "status_terminated", is("terminated"), ({ state }) =>
      bit(state?.terminated !== undefined),
    ),
    eachReason(
      sort,
      "status_terminated_reason",
      why("terminated"),
      ({ state }) => state?.terminated,
    ),
    eachStatus(sort, "status_waiting", is("waiting"), ({ state }) =>
      bit(state?.waiting !== undefined),
    ),
    eachReason(sort, "status_waiting_reason", why("waiting"), ({ state }) => state?.waiting),
  ];
}

/** About the life of each container before its present one. */
function pastFamilies(sort: Sort): readonly Family<Pod>[] {
  const { word } = sort;
  return [
    eachReason(
      sort,
      "status_last_terminated_reason",
      `Describes the last reason the ${word} was in terminated state.`,
      ({ lastState }) => lastState?.terminated,
    ),
    eachStatus(
      sort,
      "status_last_terminated_exitcode",
      `Describes the exit code for the last ${word} in terminated state.`,
      ({ lastState }) => lastState?.terminated?.exitCode,
    ),
    eachStatus(
      sort,
      "status_last_terminated_timestamp",
      `Last terminated time for a pod ${word} in unix timestamp.`,
      ({ lastState }) => epochSeconds(lastState?.terminated?.finishedAt),
    ),
  ];
}

/** A family that tells one figure of each container whose status has it. */
function eachStatus(
  { prefix, statusesOf }: Sort,
  name: string,
  help: string,
  tell: (status: ContainerStatus) => number | undefined,
): Family<Pod> {
  return gauge(`${prefix}_${name}`, help, (pod) =>
    statusesOf(pod).flatMap((status) => {
      const value = tell(status);
      return value === undefined ? [] : [{ labels: { container: status.name }, value }];
    }),
  );
}

/** A family that tells why each container is in a state, while it is. */
function eachReason(
  { prefix, statusesOf }: Sort,
  name: string,
  help: string,
  tell: (status: ContainerStatus) => { readonly reason?: string | undefined } | undefined,
): Family<Pod> {
  return gauge(`${prefix}_${name}`, help, (pod) =>
    statusesOf(pod).flatMap((status) => {
      const state = tell(status);
      return state === undefined ? [] : fact({ container: status.name, reason: state.reason });
    }),
  );
}
