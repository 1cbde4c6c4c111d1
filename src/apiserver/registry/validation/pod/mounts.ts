/** Where volumes appear in containers. */

import type { Container, Volume, VolumeDevice, VolumeMount } from "#api/core/v1";
import { backstepProblems, descendingPathProblems } from "../paths.ts";
import {
  forbiddenField,
  invalidValue,
  notSupported,
  type Problems,
  required,
  unknownName,
} from "../problems.ts";

/** The volumes of a pod by name. */
export type Volumes = ReadonlyMap<string, Volume>;

type Mounting = Pick<Container, "volumeMounts" | "volumeDevices" | "securityContext">;

export function* mountsProblems(path: string, container: Mounting, volumes: Volumes): Problems {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const devices = new Set(volumeDevices.map(({ name }) => name));
  const devicePaths = new Set(volumeDevices.map(({ devicePath }) => devicePath));
  const seen = new Set<string>();
  for (const [index, mount] of volumeMounts.entries()) {
    const at = `${path}.volumeMounts[${index}]`;
    const { name, mountPath } = mount;
    if (name === "") yield required(`${at}.name`);
    if (!volumes.has(name)) yield unknownName(`${at}.name`, name);
    if (mountPath === "") yield required(`${at}.mountPath`);
    if (seen.has(mountPath)) yield invalidValue(`${at}.mountPath`, mountPath, "must be unique");
    seen.add(mountPath);
    if (devices.has(name)) {
      yield invalidValue(`${at}.name`, name, "must not already exist in volumeDevices");
    }
    if (devicePaths.has(mountPath)) {
      const why = "must not already exist as a path in volumeDevices";
      yield invalidValue(`${at}.mountPath`, mountPath, why);
    }
    yield* subPathProblems(`${path}.volumeMounts`, at, mount);
    yield* propagationProblems(`${path}.volumeMounts`, mount, container);
  }
}

/** Upstream reports paths at the list, not at its element. */
function* subPathProblems(list: string, at: string, mount: VolumeMount): Problems {
  const { subPath = "", subPathExpr = "" } = mount;
  if (subPath !== "") yield* descendingPathProblems(`${list}.subPath`, subPath);
  if (subPathExpr === "") return;
  if (subPath !== "") {
    const why = "subPathExpr and subPath are mutually exclusive";
    yield invalidValue(`${at}.subPathExpr`, subPathExpr, why);
  }
  yield* descendingPathProblems(`${list}.subPathExpr`, subPathExpr);
}

const propagations = ["Bidirectional", "HostToContainer", "None"];
const recursions = ["Disabled", "Enabled", "IfPossible"];

function* propagationProblems(list: string, mount: VolumeMount, container: Mounting): Problems {
  const { mountPropagation = "None", recursiveReadOnly = "Disabled", readOnly } = mount;
  const field = `${list}.mountPropagation`;
  if (!propagations.includes(mountPropagation)) {
    yield notSupported(field, mountPropagation, propagations);
  }
  if (mountPropagation === "Bidirectional" && container.securityContext?.privileged !== true) {
    const why = "Bidirectional mount propagation is available only to privileged containers";
    yield forbiddenField(field, why);
  }
  const recursive = `${list}.recursiveReadOnly`;
  if (!recursions.includes(recursiveReadOnly)) {
    yield notSupported(recursive, recursiveReadOnly, recursions);
  } else if (recursiveReadOnly !== "Disabled") {
    if (readOnly !== true) {
      yield forbiddenField(recursive, "may only be specified when readOnly is true");
    }
    if (mountPropagation !== "None") {
      const why = "may only be specified when mountPropagation is None or not specified";
      yield forbiddenField(recursive, why);
    }
  }
}

export function* devicesProblems(path: string, container: Mounting, volumes: Volumes): Problems {
  const { volumeDevices = [], volumeMounts = [] } = container;
  const mounts = new Set(volumeMounts.map(({ name }) => name));
  const mountPaths = new Set(volumeMounts.map(({ mountPath }) => mountPath));
  const seen = new Set<string>();
  for (const [index, device] of volumeDevices.entries()) {
    const at = `${path}.volumeDevices[${index}]`;
    const { name, devicePath } = device;
    yield* deviceProblems(at, device, volumes);
    for (const [field, value] of [
      ["name", name],
      ["devicePath", devicePath],
    ] as const) {
      if (value !== "" && seen.has(`${field} ${value}`)) {
        yield invalidValue(`${at}.${field}`, value, "must be unique");
      }
      seen.add(`${field} ${value}`);
    }
    if (mounts.has(name)) {
      yield invalidValue(`${at}.name`, name, "must not already exist in volumeMounts");
    }
    if (mountPaths.has(devicePath)) {
      const why = "must not already exist as a path in volumeMounts";
      yield invalidValue(`${at}.devicePath`, devicePath, why);
    }
  }
}

function* deviceProblems(
  at: string,
  { name, devicePath }: VolumeDevice,
  volumes: Volumes,
): Problems {
  const volume = volumes.get(name);
  if (name === "") yield required(`${at}.name`);
  if (volume === undefined) yield unknownName(`${at}.name`, name);
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const why =
      "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
    yield invalidValue(`${at}.name`, name, why);
  }
  if (devicePath === "") yield required(`${at}.devicePath`);
  else {
    for (const _problem of backstepProblems(`${at}.devicePath`, devicePath)) {
      yield invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')");
    }
  }
}
