/** Named volumes: claims that all services of the stack share by name, and that outlive it. */
import type { PersistentVolumeClaim } from "#api/core/v1";
import type { Volume } from "#compose";
import { readLabels } from "../attributes/kompose-labels.ts";
import { labelsOf } from "../attributes/object-labels.ts";
import { stackObjectLabels } from "../labels.ts";
import { isObjectName, objectNameOf } from "../names.ts";
import type { Conversion } from "../stack-service.ts";

/** What the claim of a volume is called: as in the file, unless the file gives it a name. */
export function claimNameOf(source: string, { project }: Conversion): string {
  const volume = project.volumes.get(source);
  const implied = `${project.name}_${source}`;
  const named = volume?.name === undefined || volume.name === implied ? source : volume.name;
  return objectNameOf(named);
}

/** The claims of the volumes that services use, by name in the file. */
export function claimObjects(
  used: ReadonlySet<string>,
  conversion: Conversion,
): readonly (readonly [string, PersistentVolumeClaim])[] {
  const owners = new Map<string, string>();
  return [...conversion.project.volumes].flatMap(([source, volume]) => {
    if (!used.has(source)) return [];
    const name = claimNameOf(source, conversion);
    const owner = owners.get(name);
    owners.set(name, source);
    if (owner !== undefined) {
      const both = `volumes "${owner}" and "${source}"`;
      const problem = `${both} are both called "${name}" in the cluster`;
      conversion.report.reject(["volumes", source], problem);
    }
    if (!isObjectName(name)) {
      conversion.report.reject(["volumes", source], `a volume cannot be called "${name}"`);
    }
    return volume.external === true ? [] : [[source, claimOf(source, volume, conversion)] as const];
  });
}

function claimOf(source: string, volume: Volume, conversion: Conversion): PersistentVolumeClaim {
  const { options, report } = conversion;
  const path = ["volumes", source];
  const own = labelsOf(volume.labels, [...path, "labels"], report);
  const { size, storageClass, accessMode } = claimSettings(source, volume, conversion);
  return {
    metadata: {
      name: claimNameOf(source, conversion),
      namespace: options.namespace,
      labels: { ...own, ...stackObjectLabels(options) },
    },
    spec: {
      accessModes: [accessMode],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

interface ClaimSettings {
  readonly size: string;
  readonly storageClass: string | undefined;
  readonly accessMode: string;
}

const accessModes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/** Drivers that are no class: Docker's own, and its plugins' names. */
const ownDrivers = new Set(["local", "default"]);

function claimSettings(
  source: string,
  { driver, driver_opts: given = new Map(), labels }: Volume,
  { options, report }: Conversion,
): ClaimSettings {
  const path = ["volumes", source];
  const kompose = readLabels(labels, [...path, "labels"], report);
  let size = kompose.get("volume.size") ?? options.volumeSize;
  let storageClass = kompose.get("volume.storage-class-name") ?? classOf(driver);
  let accessMode = "ReadWriteOnce";
  for (const [name, value] of given) {
    if (name === "size") size = value;
    else if (name === "class") storageClass = value;
    else if (name === "access_mode" && accessModes.includes(value)) accessMode = value;
    else {
      const reason = "claims have a size, a class and an access_mode";
      report.refuse([...path, "driver_opts", name], reason);
    }
  }
  const quantity = quantityOf(size);
  if (quantity === undefined) report.reject(path, `a volume cannot be ${size} large`);
  return { size: quantity ?? options.volumeSize, storageClass, accessMode };
}

function classOf(driver: string | undefined): string | undefined {
  return driver === undefined || ownDrivers.has(driver) ? undefined : driver;
}

/** Docker's units are binary: `10G` are `10Gi`. */
function quantityOf(size: string): string | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([kmgtp]?)(?:i?b?)$/i.exec(size) ?? [];
  if (amount === undefined || Number(amount) === 0) return undefined;
  return unit === ""
    ? amount
    : `${amount}${unit.toUpperCase() === "K" ? "K" : unit.toUpperCase()}i`;
}
