import {
  type PersistentVolume,
  persistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaim,
} from "#api/core/v1";
import {
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
} from "#api/storage/v1";
import {
  ageColumn,
  booleanColumn,
  column,
  integerColumn,
  nameColumn,
  nameOf,
  printerOf,
  wide,
} from "./column.ts";
import { orNone, orUnset } from "./text.ts";

const storageClassAnnotation = "volume.beta.kubernetes.io/storage-class";
const defaultClassAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export const persistentVolumePrinter = printerOf(persistentVolume, [
  nameColumn,
  column("Capacity", "Size of the volume.", ({ spec }) => spec?.capacity?.["storage"] ?? "0"),
  column("Access Modes", "How nodes may use the volume.", ({ spec }) =>
    modesText(spec?.accessModes),
  ),
  column(
    "Reclaim Policy",
    "What becomes of the volume when its claim goes.",
    ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? "",
  ),
  column("Status", "Whether the volume is free, bound or released.", phaseOf),
  column("Claim", "Claim that the volume is bound to.", ({ spec }) => {
    const claim = spec?.claimRef;
    return claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`;
  }),
  column("StorageClass", "Class that the volume belongs to.", storageClassOf),
  column("VolumeAttributesClass", "Class of the volume's attributes.", ({ spec }) =>
    orUnset(spec?.volumeAttributesClassName),
  ),
  column("Reason", "Why the volume failed.", ({ status }) => status?.reason ?? ""),
  ageColumn,
  wide(
    column("VolumeMode", "File system or block device.", ({ spec }) => orUnset(spec?.volumeMode)),
  ),
]);

export const persistentVolumeClaimPrinter = printerOf(persistentVolumeClaim, [
  nameColumn,
  column("Status", "Whether the claim is bound.", phaseOf),
  column("Volume", "Volume that the claim is bound to.", ({ spec }) => spec?.volumeName ?? ""),
  column("Capacity", "Size of the volume.", ({ spec, status }) =>
    isBound(spec) ? (status?.capacity?.["storage"] ?? "0") : "",
  ),
  column("Access Modes", "How nodes may use the volume.", ({ spec, status }) =>
    isBound(spec) ? modesText(status?.accessModes) : "",
  ),
  column("StorageClass", "Class that is claimed.", storageClassOf),
  column("VolumeAttributesClass", "Class of the volume's attributes.", ({ spec }) =>
    orUnset(spec?.volumeAttributesClassName),
  ),
  ageColumn,
  wide(
    column("VolumeMode", "File system or block device.", ({ spec }) => orUnset(spec?.volumeMode)),
  ),
]);

export const storageClassPrinter = printerOf(storageClass, [
  {
    ...nameColumn,
    cellOf: (object) => {
      const annotations = object.metadata?.annotations ?? {};
      const isDefault = defaultClassAnnotations.some((name) => annotations[name] === "true");
      return isDefault ? `${nameOf(object)} (default)` : nameOf(object);
    },
  },
  column("Provisioner", "Who makes the volumes.", ({ provisioner }) => provisioner),
  column(
    "ReclaimPolicy",
    "What becomes of a volume when its claim goes.",
    (object) => object.reclaimPolicy ?? "Delete",
  ),
  column(
    "VolumeBindingMode",
    "When a volume is made for a claim.",
    (object) => object.volumeBindingMode ?? "Immediate",
  ),
  column(
    "AllowVolumeExpansion",
    "Whether volumes may grow.",
    (object) => object.allowVolumeExpansion ?? false,
  ),
  ageColumn,
]);

export const volumeAttributesClassPrinter = printerOf(volumeAttributesClass, [
  nameColumn,
  column("DriverName", "Driver that knows the attributes.", ({ driverName }) => driverName),
  ageColumn,
]);

export const volumeAttachmentPrinter = printerOf(volumeAttachment, [
  nameColumn,
  {
    ...column("Attacher", "Driver that attaches the volume.", ({ spec }) => spec.attacher),
    format: "name",
  },
  column("PV", "Volume that is attached.", ({ spec }) => spec.source.persistentVolumeName ?? ""),
  column("Node", "Node that the volume is attached to.", ({ spec }) => spec.nodeName),
  booleanColumn(
    "Attached",
    "Whether the volume is attached by now.",
    ({ status }) => status?.attached ?? false,
  ),
  ageColumn,
]);

export const csiNodePrinter = printerOf(csiNode, [
  nameColumn,
  integerColumn("Drivers", "Number of drivers on the node.", ({ spec }) => spec.drivers.length),
  ageColumn,
]);

export const csiDriverPrinter = printerOf(csiDriver, [
  nameColumn,
  booleanColumn(
    "AttachRequired",
    "Whether volumes must be attached first.",
    ({ spec }) => spec.attachRequired ?? true,
  ),
  booleanColumn(
    "PodInfoOnMount",
    "Whether mounting is told about the pod.",
    ({ spec }) => spec.podInfoOnMount ?? false,
  ),
  booleanColumn(
    "StorageCapacity",
    "Whether scheduling looks at free capacity.",
    ({ spec }) => spec.storageCapacity ?? false,
  ),
  column("TokenRequests", "Audiences of the tokens that the driver gets.", ({ spec }) =>
    orUnset(spec.tokenRequests?.map(({ audience }) => audience).join(",")),
  ),
  booleanColumn(
    "RequiresRepublish",
    "Whether volumes are mounted again and again.",
    ({ spec }) => spec.requiresRepublish ?? false,
  ),
  column("Modes", "Life cycles of volumes that the driver knows.", ({ spec }) =>
    orNone((spec.volumeLifecycleModes ?? []).join(",")),
  ),
  ageColumn,
]);

export const csiStorageCapacityPrinter = printerOf(csiStorageCapacity, [
  nameColumn,
  column("StorageClassName", "Class whose capacity this is.", (object) => object.storageClassName),
  column("Capacity", "Free capacity.", ({ capacity }) => orUnset(capacity)),
]);

function phaseOf({ metadata, status }: PersistentVolume | PersistentVolumeClaim): string {
  return metadata?.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating";
}

function storageClassOf({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string {
  return metadata?.annotations?.[storageClassAnnotation] ?? spec?.storageClassName ?? "";
}

function isBound(spec: PersistentVolumeClaim["spec"]): boolean {
  return spec?.volumeName !== undefined && spec.volumeName !== "";
}

const shortModes = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
] as const;

function modesText(modes: readonly string[] | undefined): string {
  const present = shortModes.filter(([mode]) => modes?.includes(mode));
  return present.map(([, short]) => short).join(",");
}
