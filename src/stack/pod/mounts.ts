/** Everything that a service sees in its file system beside its image. */
import type { Volume, VolumeMount } from "#api/core/v1";
import type { Path, Service } from "#compose";
import { contentMount } from "../objects/contents.ts";
import { claimNameOf } from "../objects/claims.ts";
import { contentHash, objectNameOf } from "../names.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import { bindMount } from "./bind-mount.ts";
import { byteQuantity } from "./resources.ts";

/** One thing that is mounted: what it is, and where. Several mounts may be of the same volume. */
export interface Mounted {
  readonly volume: Volume;
  readonly mount: VolumeMount;
}

export interface Mounts {
  readonly mounted: readonly Mounted[];
  /** Names in the file of the volumes that outlive the pods. */
  readonly volumes: readonly string[];
}

type VolumeUse = NonNullable<Service["volumes"]>[number];

/** The mounts of a service, and the volumes they need. */
export function mountsOf(service: StackService, conversion: Conversion): Mounts {
  const { definition, path } = service;
  const mounted: Mounted[] = [];
  const volumes: string[] = [];
  const add = (use: VolumeUse, at: Path, owner: StackService) => {
    const one = volumeMount(use, at, { owner, conversion });
    if (one !== undefined) mounted.push(one);
    if (use.type === "volume" && use.source !== undefined) volumes.push(use.source);
  };
  for (const [index, use] of (definition.volumes ?? []).entries()) {
    add(use, [...path, "volumes", index], service);
  }
  for (const { use, at, owner } of borrowedVolumes(service, conversion)) add(use, at, owner);
  for (const [index, spec] of (definition.tmpfs ?? []).entries()) {
    mounted.push(memoryMount(spec, [...path, "tmpfs", index], conversion));
  }
  if (definition.shm_size !== undefined) mounted.push(sharedMemory(definition.shm_size));
  for (const [index, use] of (definition.secrets ?? []).entries()) {
    mounted.push(...contentMount("secrets", use, { at: [...path, "secrets", index], conversion }));
  }
  for (const [index, use] of (definition.configs ?? []).entries()) {
    mounted.push(...contentMount("configs", use, { at: [...path, "configs", index], conversion }));
  }
  for (const [index, { target }] of (definition.volumes ?? []).entries()) {
    if (target.startsWith("/")) continue;
    const problem = `invalid mount path: '${target}' mount path must be absolute`;
    conversion.report.reject([...path, "volumes", index], problem);
  }
  return { mounted: mounted.filter(isFirstAt), volumes: [...new Set(volumes)] };
}

/** Nothing is mounted twice in one place: what a service has itself goes before what it borrows. */
function isFirstAt(one: Mounted, index: number, all: readonly Mounted[]): boolean {
  return all.findIndex(({ mount }) => mount.mountPath === one.mount.mountPath) === index;
}

interface Borrowed {
  readonly use: VolumeUse;
  readonly at: Path;
  readonly owner: StackService;
}

/** `volumes_from`: what other services mount. */
function borrowedVolumes(
  { definition, path }: StackService,
  { services, report }: Conversion,
): readonly Borrowed[] {
  return (definition.volumes_from ?? []).flatMap((spec, index) => {
    const at = [...path, "volumes_from", index];
    const [source = "", mode] = spec.split(":");
    const owner = services.get(source);
    if (spec.startsWith("container:")) {
      report.refuse(at, "containers are no part of a stack");
    } else if (owner === undefined) {
      report.reject(at, `service "${source}" is not in the stack`);
    }
    return (owner?.definition.volumes ?? []).flatMap((use): Borrowed[] => {
      if (owner === undefined) return [];
      if (use.type === "volume" && use.source === undefined) {
        report.lose(at, "ignored", `${use.target} has no name, so that every pod has its own`);
        return [];
      }
      return [{ use: mode === "ro" ? { ...use, read_only: true } : use, at, owner }];
    });
  });
}

function volumeMount(
  use: VolumeUse,
  at: Path,
  { owner, conversion }: { readonly owner: StackService; readonly conversion: Conversion },
): Mounted | undefined {
  const { report } = conversion;
  switch (use.type) {
    case "volume":
      return use.source === undefined
        ? ownDirectory(use, owner)
        : namedVolume(use, use.source, conversion);
    case "tmpfs":
      if (use.tmpfs?.mode !== undefined) {
        report.lose([...at, "tmpfs", "mode"], "ignored", "everybody may write to it");
      }
      return inMemory(use.target, use.tmpfs?.size);
    case "image":
      return imageVolume(use);
    case "bind":
      return bindMount(use, at, conversion);
    case "cluster":
    case "npipe":
      report.refuse(at, `there are no mounts of type ${use.type}`);
      return undefined;
  }
}

function namedVolume(use: VolumeUse, source: string, conversion: Conversion): Mounted {
  const name = `data-${objectNameOf(source)}`.slice(0, 63).replace(/-+$/, "");
  const claimName = claimNameOf(source, conversion);
  return {
    volume: { name, persistentVolumeClaim: { claimName } },
    mount: mountAt(name, use, use.volume?.subpath),
  };
}

/** An anonymous volume lives as long as its pod. */
function ownDirectory(use: VolumeUse, { name: service }: StackService): Mounted {
  const name = `own-${contentHash(`${service} ${use.target}`)}`;
  return { volume: { name, emptyDir: {} }, mount: mountAt(name, use) };
}

function imageVolume(use: VolumeUse): Mounted {
  const name = `image-${contentHash(use.source ?? "")}`;
  return {
    volume: { name, image: { reference: use.source ?? "", pullPolicy: "IfNotPresent" } },
    mount: mountAt(name, use, use.image?.subpath),
  };
}

function mountAt(name: string, use: VolumeUse, subPath?: string): VolumeMount {
  return {
    name,
    mountPath: use.target,
    ...(use.read_only === true ? { readOnly: true } : {}),
    ...(subPath === undefined ? {} : { subPath: subPath.replace(/^\/+/, "") }),
  };
}

/** `/run:size=64m,mode=1777` */
function memoryMount(spec: string, at: Path, { report }: Conversion): Mounted {
  const [target = "", options = ""] = spec.split(":");
  let size: number | undefined;
  for (const option of options.split(",").filter((one) => one !== "")) {
    const [, amount, unit = ""] = /^size=(\d+)([kmg]?)$/i.exec(option) ?? [];
    const power = " kmg".indexOf(unit.toLowerCase() || " ");
    if (amount === undefined) report.lose(at, "changed", `the option ${option} has no effect`);
    else size = Number(amount) * 1024 ** power;
  }
  return inMemory(target, size);
}

function sharedMemory(bytes: number): Mounted {
  return inMemory("/dev/shm", bytes);
}

function inMemory(target: string, size: number | undefined): Mounted {
  const name = `memory-${contentHash(target)}`;
  const sizeLimit = size === undefined || size <= 0 ? {} : { sizeLimit: byteQuantity(size) };
  return {
    volume: { name, emptyDir: { medium: "Memory", ...sizeLimit } },
    mount: { name, mountPath: target },
  };
}
