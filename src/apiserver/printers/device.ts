import {
  deviceClass,
  type ResourceClaim,
  resourceClaim,
  resourceClaimTemplate,
  resourceSlice,
} from "#api/resource/v1";
import { ageColumn, column, nameColumn, printerOf } from "./column.ts";

export const deviceClassPrinter = printerOf(deviceClass, [nameColumn, ageColumn]);

export const resourceClaimPrinter = printerOf(resourceClaim, [
  nameColumn,
  column("State", "Whether devices are allocated and reserved.", stateOf),
  ageColumn,
]);

export const resourceClaimTemplatePrinter = printerOf(resourceClaimTemplate, [
  nameColumn,
  ageColumn,
]);

export const resourceSlicePrinter = printerOf(resourceSlice, [
  nameColumn,
  column("Node", "Node that has the devices.", ({ spec }) => spec?.nodeName ?? ""),
  column("Driver", "Driver that offers the devices.", ({ spec }) => spec?.driver ?? ""),
  column("Pool", "Pool that the slice is part of.", ({ spec }) => spec?.pool.name ?? ""),
  ageColumn,
]);

function stateOf({ metadata, status }: ResourceClaim): string {
  const isBeingDeleted = metadata?.deletionTimestamp !== undefined;
  const states = isBeingDeleted ? ["deleted"] : [];
  if (status?.allocation === undefined) {
    if (!isBeingDeleted) states.push("pending");
  } else {
    states.push("allocated");
    if ((status.reservedFor ?? []).length > 0) states.push("reserved");
  }
  return states.join(",");
}
