/** Volumes and claims to them. */

import {
  asJsonObject,
  compareQuantities,
  dns1123SubdomainProblems,
  isSemanticallyEqual,
} from "#api";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimSpec,
  type PersistentVolumeClaimSpec,
  persistentVolumeSpec,
  type PersistentVolumeSpec,
} from "#api/core/v1";
import { fixedProblems } from "../immutable.ts";
import { backstepProblems } from "../paths.ts";
import { nodeSelectorProblems } from "../pod/placement.ts";
import { driverProblems, hostPathProblems, nfsProblems } from "../pod/volumes.ts";
import {
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";
import { amountProblems, quantityAt } from "../resource-list.ts";
import { accessModesProblems, claimSpecProblems, volumeModes } from "./claim-spec.ts";

const reclaimPolicies = ["Delete", "Recycle", "Retain"];

/** Fields of the spec that are not sources. */
const otherFields: ReadonlySet<string> = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);

export function* persistentVolumeProblems({ spec = {} }: PersistentVolume): Problems {
  const { accessModes = [], capacity = {}, storageClassName = "" } = spec;
  if (accessModes.length === 0) yield required("spec.accessModes");
  yield* accessModesProblems("spec.accessModes", accessModes);
  yield* capacityProblems(capacity);
  const { persistentVolumeReclaimPolicy: policy = "" } = spec;
  if (policy !== "" && !reclaimPolicies.includes(policy)) {
    yield notSupported("spec.persistentVolumeReclaimPolicy", policy, reclaimPolicies);
  }
  if (spec.nodeAffinity) {
    const { required: selector } = spec.nodeAffinity;
    const field = "spec.nodeAffinity.required";
    if (selector === undefined) yield required(field, "must specify required node constraints");
    else yield* nodeSelectorProblems(field, selector);
  }
  yield* sourceProblems(spec);
  if (storageClassName !== "") {
    const reasons = dns1123SubdomainProblems(storageClassName);
    yield* invalidFor("spec.storageClassName", storageClassName, reasons);
  }
  yield* optionalChoiceProblems("spec.volumeMode", spec.volumeMode, volumeModes);
}

function* capacityProblems(capacity: NonNullable<PersistentVolumeSpec["capacity"]>): Problems {
  if (Object.keys(capacity).length === 0) yield required("spec.capacity");
  const amount = capacity["storage"];
  if (amount === undefined || Object.keys(capacity).length > 1) {
    yield notSupported("spec.capacity", capacity, ["storage"]);
  }
  if (amount === undefined) return;
  yield* amountProblems("spec.capacity[storage]", "storage", amount);
  if (quantityAt(amount).nanos <= 0n) {
    yield invalidValue("spec.capacity[storage]", amount, "must be greater than zero");
  }
}

function* sourceProblems(spec: PersistentVolumeSpec): Problems {
  const [first, ...others] = Object.keys(sourceOf(spec));
  if (first === undefined) return yield required("spec", "must specify a volume type");
  const { hostPath, nfs, local, csi } = spec;
  if (hostPath) yield* hostPathProblems("spec.hostPath", hostPath);
  if (nfs) yield* nfsProblems("spec.nfs", nfs);
  if (local) {
    if (local.path === "") yield required("spec.local.path");
    else yield* backstepProblems("spec.local.path", local.path);
    if (spec.nodeAffinity === undefined) {
      yield required("spec.nodeAffinity", "Local volume requires node affinity");
    }
  }
  if (csi) {
    yield* driverProblems("spec.csi.driver", csi.driver);
    if (csi.volumeHandle === "") yield required("spec.csi.volumeHandle");
  }
  for (const other of others) {
    yield forbiddenField(`spec.${other}`, "may not specify more than 1 volume type");
  }
  if (hostPath?.path === "/" && spec.persistentVolumeReclaimPolicy === "Recycle") {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    yield forbiddenField("spec.persistentVolumeReclaimPolicy", why);
  }
}

/** The part of the spec that says where the data is. */
function sourceOf(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  return Object.fromEntries(
    Object.entries(spec).filter(([name, value]) => !otherFields.has(name) && value !== undefined),
  );
}

export function* persistentVolumeChangeProblems(
  object: PersistentVolume,
  current: PersistentVolume,
): Problems {
  yield* persistentVolumeProblems(object);
  const [after, before] = [sourceOf(object.spec ?? {}), sourceOf(current.spec ?? {})];
  if (!isSemanticallyEqual(persistentVolumeSpec, asJsonObject(after), asJsonObject(before))) {
    const why = "spec.persistentvolumesource is immutable after creation";
    yield forbiddenField("spec.persistentvolumesource", why);
  }
  yield* fixedProblems("volumeMode", object.spec?.volumeMode, current.spec?.volumeMode);
}

export function* claimProblems({ spec = {} }: PersistentVolumeClaim): Problems {
  yield* claimSpecProblems("spec", spec);
}

/** A claim may be bound once, and may grow once it is. */
export function* claimChangeProblems(
  object: PersistentVolumeClaim,
  current: PersistentVolumeClaim,
): Problems {
  yield* claimProblems(object);
  const [after, before] = [object.spec ?? {}, current.spec ?? {}];
  const isBound = current.status?.phase === "Bound";
  const settled = withChangesUndone(after, before, isBound);
  const [left, right] = [asJsonObject(settled), asJsonObject(before)];
  if (!isSemanticallyEqual(persistentVolumeClaimSpec, left, right)) {
    const why =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    yield forbiddenField("spec", why);
  }
  yield* shrinkProblems(after, before, current.status?.capacity?.["storage"] ?? "0");
  yield* fixedProblems("volumeMode", after.volumeMode, before.volumeMode);
}

function withChangesUndone(
  spec: PersistentVolumeClaimSpec,
  before: PersistentVolumeClaimSpec,
  isBound: boolean,
): PersistentVolumeClaimSpec {
  const { volumeName, storageClassName } = before;
  return {
    ...spec,
    ...((volumeName ?? "") === "" ? { volumeName } : {}),
    // A claim that waits for a default class gets it later.
    ...(storageClassName === undefined ? { storageClassName } : {}),
    ...(isBound
      ? {
          resources: { ...spec.resources, requests: before.resources?.requests },
          volumeAttributesClassName: before.volumeAttributesClassName,
        }
      : {}),
  };
}

function* shrinkProblems(
  after: PersistentVolumeClaimSpec,
  before: PersistentVolumeClaimSpec,
  held: string,
): Problems {
  const size = quantityAt(after.resources?.requests?.["storage"] ?? "0");
  const sizeBefore = quantityAt(before.resources?.requests?.["storage"] ?? "0");
  if (compareQuantities(size, sizeBefore) >= 0) return;
  if (compareQuantities(size, quantityAt(held)) > 0) return;
  const field = "spec.resources.requests.storage";
  yield forbiddenField(field, "field can not be less than status.capacity");
}
