/** Claims that name no class of storage get the cluster's default. */

import { asJsonObject } from "#api";
import { persistentVolumeClaim } from "#api/core/v1";
import { type StorageClass, storageClass } from "#api/storage/v1";
import { compareText } from "#base";
import type { AdmissionPlugin } from "../../admission.ts";
import type { Objects } from "../../objects/objects.ts";
import { findWritten } from "../admitted.ts";

const defaultMarks = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];
const classAnnotation = "volume.beta.kubernetes.io/storage-class";

export function defaultStorageClass({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "DefaultStorageClass",
    async mutate(request) {
      const claim = findWritten(request, persistentVolumeClaim);
      if (claim?.spec === undefined || request.operation !== "CREATE") return request.object;
      const isNamed =
        claim.spec.storageClassName !== undefined ||
        claim.metadata?.annotations?.[classAnnotation] !== undefined;
      if (isNamed) return request.object;
      const storageClassName = findDefault(await objects.list(storageClass, ""));
      if (storageClassName === undefined) return request.object;
      return asJsonObject({ ...claim, spec: { ...claim.spec, storageClassName } });
    },
  };
}

/** The name of the default class; of several the newest, then the first by name. Pure. */
export function findDefault(classes: readonly StorageClass[]): string | undefined {
  const [chosen] = classes
    .filter(({ metadata }) => defaultMarks.some((mark) => metadata?.annotations?.[mark] === "true"))
    .sort(
      (left, right) =>
        compareText(createdAt(right), createdAt(left)) || compareText(nameOf(left), nameOf(right)),
    );
  return chosen?.metadata?.name;
}

/** Times of whole seconds in one zone sort as texts. */
function createdAt({ metadata }: StorageClass): string {
  return metadata?.creationTimestamp ?? "";
}

function nameOf({ metadata }: StorageClass): string {
  return metadata?.name ?? "";
}
