import { qosClassOf } from "#api";
import { type Pod, pod } from "#api/core/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";

export const podBehavior: BehaviorEntry = defineBehavior(pod, {
  prepareForCreate: (object) => ({ ...object, status: initialStatus(object) }),
  generation: "counted",
  deleteAnswer: "object",
  graceSecondsOf,
  selectableFields: {
    "spec.nodeName": (object) => object.spec?.nodeName ?? "",
    "spec.restartPolicy": (object) => object.spec?.restartPolicy ?? "",
    "spec.schedulerName": (object) => object.spec?.schedulerName ?? "",
    "spec.serviceAccountName": (object) => object.spec?.serviceAccountName ?? "",
    "spec.hostNetwork": (object) => String(object.spec?.hostNetwork ?? false),
    "status.phase": (object) => object.status?.phase ?? "",
    "status.podIP": (object) => object.status?.podIP ?? "",
    "status.podIPs": (object) => object.status?.podIPs?.[0]?.ip ?? "",
    "status.nominatedNodeName": (object) => object.status?.nominatedNodeName ?? "",
  },
});

/** A new pod waits to be scheduled; one with gates says so at once. */
function initialStatus(object: Pod): NonNullable<Pod["status"]> {
  const status = { phase: "Pending", qosClass: qosClassOf(object) };
  if ((object.spec?.schedulingGates ?? []).length === 0) return status;
  return {
    ...status,
    conditions: [
      {
        type: "PodScheduled",
        status: "False",
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ],
  };
}

/** A pod that no node runs, or that has ended, needs no time to end. */
function graceSecondsOf(object: Pod, requestedSeconds: number | undefined): number {
  const { nodeName = "", terminationGracePeriodSeconds = 0 } = object.spec ?? {};
  const phase = object.status?.phase;
  if (nodeName === "" || phase === "Failed" || phase === "Succeeded") return 0;
  const seconds = requestedSeconds ?? terminationGracePeriodSeconds;
  return seconds < 0 ? 1 : seconds;
}
