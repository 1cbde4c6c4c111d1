/** The volumes of a pod: one source each, and what each source needs. */

import { dns1123LabelProblems } from "#api";
import type { PersistentVolumeClaimSpec, Volume } from "#api/core/v1";
import { fileModeProblems } from "../numbers.ts";
import { backstepProblems, projectedPathProblems } from "../paths.ts";
import {
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  type Problems,
  required,
} from "../problems.ts";
import { amountProblems } from "../resource-list.ts";
import { claimSpecProblems } from "../storage/claim-spec.ts";
import { fieldReferenceProblems, resourceReferenceProblems, volumeFields } from "./environment.ts";

type Source<Name extends keyof Volume> = NonNullable<Volume[Name]>;
type KeyToPath = NonNullable<Source<"configMap">["items"]>[number];
type DownwardFile = NonNullable<Source<"downwardAPI">["items"]>[number];
type Projection = NonNullable<Source<"projected">["sources"]>[number];

export function* volumesProblems(path: string, volumes: readonly Volume[]): Problems {
  const names = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const at = `${path}[${index}]`;
    const { name } = volume;
    yield* sourceProblems(at, volume);
    const reasons = dns1123LabelProblems(name);
    if (name === "") yield required(`${at}.name`);
    else yield* invalidFor(`${at}.name`, name, reasons);
    if (name === "" || reasons.length > 0) continue;
    if (names.has(name)) yield duplicate(`${at}.name`, name);
    names.add(name);
  }
}

/** The first source counts, the others are told to go. */
function* sourceProblems(at: string, volume: Volume): Problems {
  const { name: _name, ...sources } = volume;
  const present = Object.entries(sources).filter(([, source]) => source !== undefined);
  const [first, ...others] = present.map(([name]) => name);
  if (first === undefined) return yield required(at, "must specify a volume type");
  yield* fileSourceProblems(at, volume);
  yield* remoteSourceProblems(at, volume);
  for (const other of others) {
    yield forbiddenField(`${at}.${other}`, "may not specify more than 1 volume type");
  }
}

function* fileSourceProblems(at: string, volume: Volume): Problems {
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected } = volume;
  if (emptyDir?.sizeLimit !== undefined && emptyDir.sizeLimit.startsWith("-")) {
    const why = "SizeLimit field must be a valid resource quantity";
    yield forbiddenField(`${at}.emptyDir.sizeLimit`, why);
  }
  if (hostPath) yield* hostPathProblems(`${at}.hostPath`, hostPath);
  if (secret) {
    if ((secret.secretName ?? "") === "") yield required(`${at}.secret.secretName`);
    yield* filesProblems(`${at}.secret`, secret.defaultMode, secret.items);
  }
  if (configMap) {
    if ((configMap.name ?? "") === "") yield required(`${at}.configMap.name`);
    yield* filesProblems(`${at}.configMap`, configMap.defaultMode, configMap.items);
  }
  if (downwardAPI) {
    yield* fileModeProblems(`${at}.downwardAPI.defaultMode`, downwardAPI.defaultMode);
    // Upstream reports the files at the volume, not at the element.
    for (const file of downwardAPI.items ?? []) {
      yield* downwardFileProblems(`${at}.downwardAPI`, file);
    }
  }
  if (projected) yield* projectedProblems(`${at}.projected`, projected);
}

function* remoteSourceProblems(at: string, volume: Volume): Problems {
  const { persistentVolumeClaim, nfs, csi, ephemeral, image, iscsi } = volume;
  if (persistentVolumeClaim?.claimName === "") {
    yield required(`${at}.persistentVolumeClaim.claimName`);
  }
  if (nfs) yield* nfsProblems(`${at}.nfs`, nfs);
  if (csi) yield* driverProblems(`${at}.csi.driver`, csi.driver);
  if (ephemeral) {
    const spec: PersistentVolumeClaimSpec | undefined = ephemeral.volumeClaimTemplate?.spec;
    const field = `${at}.ephemeral.volumeClaimTemplate`;
    if (spec === undefined) yield required(field);
    else yield* claimSpecProblems(`${field}.spec`, spec);
  }
  if (image && (image.reference ?? "") === "") yield required(`${at}.image.reference`);
  if (iscsi) {
    if (iscsi.targetPortal === "") yield required(`${at}.iscsi.targetPortal`);
    if (iscsi.iqn === "") yield required(`${at}.iscsi.iqn`);
  }
}

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

export function* hostPathProblems(field: string, { path, type }: Source<"hostPath">): Problems {
  if (path === "") return yield required(`${field}.path`);
  yield* backstepProblems(`${field}.path`, path);
  if (type !== undefined && !hostPathTypes.includes(type)) {
    yield notSupported(`${field}.type`, type, hostPathTypes);
  }
}

export function* nfsProblems(field: string, { server, path }: Source<"nfs">): Problems {
  if (server === "") yield required(`${field}.server`);
  if (path === "") yield required(`${field}.path`);
  else if (!path.startsWith("/")) {
    yield invalidValue(`${field}.path`, path, "must be an absolute path");
  }
}

/** The name of a storage driver. */
export function* driverProblems(field: string, driver: string): Problems {
  if (driver === "") return yield required(field);
  if (/^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$/.test(driver)) return;
  yield* invalidFor(field, driver.toLowerCase(), dns1123LabelProblems(driver.toLowerCase()));
}

function* filesProblems(
  path: string,
  defaultMode: number | undefined,
  items: readonly KeyToPath[] | undefined,
): Problems {
  yield* fileModeProblems(`${path}.defaultMode`, defaultMode);
  for (const [index, item] of (items ?? []).entries()) {
    yield* itemProblems(`${path}.items[${index}]`, item);
  }
}

function* itemProblems(at: string, { key, path, mode }: KeyToPath): Problems {
  if (key === "") yield required(`${at}.key`);
  if (path === "") yield required(`${at}.path`);
  yield* projectedPathProblems(`${at}.path`, path);
  yield* fileModeProblems(`${at}.mode`, mode);
}

function* downwardFileProblems(at: string, file: DownwardFile): Problems {
  const { path, fieldRef, resourceFieldRef, mode } = file;
  if (path === "") yield required(`${at}.path`);
  yield* projectedPathProblems(`${at}.path`, path);
  if (fieldRef) {
    yield* fieldReferenceProblems(`${at}.fieldRef`, fieldRef, volumeFields);
    if (resourceFieldRef) {
      const why = "fieldRef and resourceFieldRef can not be specified simultaneously";
      yield invalidValue(at, "resource", why);
    }
  } else if (resourceFieldRef) {
    yield* resourceReferenceProblems(`${at}.resourceFieldRef`, resourceFieldRef, "volume");
    const { divisor = "0" } = resourceFieldRef;
    yield* amountProblems(`${at}.resourceFieldRef.divisor`, "cpu", divisor);
  } else yield required(at, "one of fieldRef and resourceFieldRef is required");
  yield* fileModeProblems(`${at}.mode`, mode);
}

function* projectedProblems(path: string, projected: Source<"projected">): Problems {
  yield* fileModeProblems(`${path}.defaultMode`, projected.defaultMode);
  const taken = new Set<string>();
  for (const [index, source] of (projected.sources ?? []).entries()) {
    const at = `${path}.sources[${index}]`;
    yield* projectionProblems(path, at, source);
    for (const [name, file] of filesOf(source)) {
      if (file === "") continue;
      if (taken.has(file)) yield invalidValue(path, name, "conflicting duplicate paths");
      taken.add(file);
    }
    const count = Object.values(source).filter((one) => one !== undefined).length;
    if (count > 1) yield forbiddenField(at, "may not specify more than 1 volume type per source");
  }
}

const tokenSecondsMin = 600;
const tokenSecondsMax = 2 ** 32;

function* projectionProblems(path: string, at: string, source: Projection): Problems {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  if (secret) yield* namedFilesProblems(`${at}.secret`, secret);
  if (configMap) yield* namedFilesProblems(`${at}.configMap`, configMap);
  for (const file of downwardAPI?.items ?? []) {
    yield* downwardFileProblems(`${at}.downwardAPI`, file);
  }
  if (token === undefined) return;
  const seconds = token.expirationSeconds ?? tokenSecondsMin;
  const field = `${at}.serviceAccountToken.expirationSeconds`;
  if (seconds < tokenSecondsMin) {
    yield invalidValue(field, seconds, "may not specify a duration less than 10 minutes");
  }
  if (seconds > tokenSecondsMax) {
    yield invalidValue(field, seconds, "may not specify a duration larger than 2^32 seconds");
  }
  if (token.path === "") yield required(`${path}.path`);
  else yield* projectedPathProblems(`${path}.path`, token.path);
}

interface NamedFiles {
  readonly name?: string | undefined;
  readonly items?: readonly KeyToPath[] | undefined;
}

function* namedFilesProblems(path: string, { name = "", items }: NamedFiles): Problems {
  if (name === "") yield required(`${path}.name`);
  yield* filesProblems(path, undefined, items);
}

/** What a collision is reported with, and the file. */
function filesOf({ secret, configMap, downwardAPI }: Projection): readonly [string, string][] {
  return [
    ...[secret, configMap].flatMap((source) =>
      (source?.items ?? []).map(({ path }): [string, string] => [source?.name ?? "", path]),
    ),
    ...(downwardAPI?.items ?? []).map(({ path }): [string, string] => [path, path]),
  ];
}
