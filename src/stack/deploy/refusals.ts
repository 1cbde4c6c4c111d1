/** What the server says no to, told where it stands in the Compose file. */
import { describeError } from "#base";
import { ComposeError, type Path, type Place, type Remark } from "#compose";
import type { JsonObject, StatusError } from "#api";
import { labelsIn } from "../cluster/decode.ts";
import { stackLabels } from "../labels.ts";
import type { PlannedObject } from "../plan.ts";
import { nameOf } from "./change.ts";

/** Where an attribute of the file stands, or what it would be part of. */
export type PlaceFinder = (path: Path) => Place;

/** Which attribute of a service a field of a workload comes from. */
const attributes: readonly (readonly [field: RegExp, attribute: string])[] = [
  [/\.image$/, "image"],
  [/\.resources\b/, "deploy"],
  [/\.replicas$/, "deploy"],
  [/\.env\b/, "environment"],
  [/\.args\b/, "command"],
  [/\.command\b/, "entrypoint"],
  [/Probe\b/, "healthcheck"],
  [/\.sysctls\b/, "sysctls"],
  [/\.capabilities\b/, "cap_add"],
  [/\.runAs(?:User|Group)\b/, "user"],
  [/\.privileged\b/, "privileged"],
  [/\.hostNetwork\b/, "network_mode"],
  [/\.(?:volumes|volumeMounts)\b/, "volumes"],
  [/\.ports\b/, "ports"],
  [/\.(?:affinity|topologySpreadConstraints|nodeSelector)\b/, "deploy"],
];

/** The refusal of one object. */
export function refusalOf(
  planned: PlannedObject,
  error: StatusError,
  findPlace: PlaceFinder,
): Remark {
  const field = error.details?.causes?.[0]?.field ?? "";
  const attribute = attributes.find(([pattern]) => pattern.test(field))?.[1];
  const { service, place } = planned;
  const isKnown = service !== undefined && attribute !== undefined;
  const subject = service === undefined ? "" : `service "${service}": `;
  return {
    place: isKnown ? findPlace(["services", service, attribute]) : place,
    message: `${subject}the cluster refuses ${nameOf(planned)}: ${describeError(error)}`,
  };
}

/** Why a planned object may not take the place of the one that is there; undefined when it may. */
export function collisionOf(
  stack: string,
  planned: PlannedObject,
  live: JsonObject,
): Remark | undefined {
  const owner = labelsIn(live)[stackLabels.stack];
  if (owner === stack) return undefined;
  const what = planned.service === undefined ? "" : `service "${planned.service}": `;
  const whose = owner === undefined ? "is there already and of no stack" : `is of stack "${owner}"`;
  const advice =
    planned.kind === "PersistentVolumeClaim"
      ? "declare the volume external to use it"
      : "give the stack a namespace of its own, or rename it";
  return { place: planned.place, message: `${what}${nameOf(planned)} ${whose}; ${advice}` };
}

/** Throws when there are any. */
export function throwRemarks(remarks: readonly Remark[]): void {
  if (remarks.length > 0) throw new ComposeError(remarks);
}
