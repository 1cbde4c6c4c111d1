/** The files of the volumes that are made of API objects. */

import type { Live } from "#api";
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  Pod,
  ProjectedVolumeSource,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
  VolumeProjection,
} from "#api/core/v1";
import { ConfigError, fieldText, type PodFacts, resourceText } from "../pod/environment.ts";
import {
  chooseKeys,
  modeDefault,
  type PayloadFile,
  safePath,
  VolumeError,
  withoutOverlaid,
} from "./payload.ts";
import type { PodObjects } from "./pod-objects.ts";
import type { ServiceAccountTokens } from "./service-account-tokens.ts";

export interface FileSources {
  readonly objects: Pick<PodObjects, "findConfigMap" | "findSecret">;
  readonly tokens: Pick<ServiceAccountTokens, "get">;
  readonly facts: PodFacts;
}

type ConfigMapFacts = Omit<ConfigMapVolumeSource, "defaultMode">;
type SecretFacts = Pick<SecretVolumeSource, "items" | "optional"> & { readonly name: string };

/** The files of `volume`; undefined when it is not made of API objects. */
export async function filesOfVolume(
  pod: Live<Pod>,
  { configMap, secret, downwardAPI, projected }: Volume,
  sources: FileSources,
  signal: AbortSignal,
): Promise<readonly PayloadFile[] | undefined> {
  if (configMap !== undefined) {
    return configMapFiles(pod, configMap, configMap.defaultMode, { sources, signal });
  }
  if (secret !== undefined) {
    const { secretName: name = "", items, optional, defaultMode } = secret;
    return secretFiles(pod, { name, items, optional }, defaultMode, { sources, signal });
  }
  if (downwardAPI !== undefined) {
    return downwardFiles(pod, downwardAPI.items ?? [], downwardAPI.defaultMode, sources.facts);
  }
  if (projected !== undefined) return projectedFiles(pod, projected, { sources, signal });
  return undefined;
}

interface Reading {
  readonly sources: FileSources;
  readonly signal: AbortSignal;
}

async function configMapFiles(
  pod: Live<Pod>,
  { name = "", items, optional = false }: ConfigMapFacts,
  defaultMode: number = modeDefault,
  { sources, signal }: Reading,
): Promise<readonly PayloadFile[]> {
  const key = { namespace: pod.metadata.namespace ?? "", name };
  const values = await sources.objects.findConfigMap(key, signal);
  if (values === undefined && !optional) throw new VolumeError(`configmap "${name}" not found`);
  return chooseKeys(values ?? new Map(), {
    items,
    defaultMode,
    isOptional: optional,
    missingKey: (missing) => `configmap references non-existent config key: ${missing}`,
  });
}

async function secretFiles(
  pod: Live<Pod>,
  { name, items, optional = false }: SecretFacts,
  defaultMode: number = modeDefault,
  { sources, signal }: Reading,
): Promise<readonly PayloadFile[]> {
  const key = { namespace: pod.metadata.namespace ?? "", name };
  const values = await sources.objects.findSecret(key, signal);
  if (values === undefined && !optional) throw new VolumeError(`secret "${name}" not found`);
  return chooseKeys(values ?? new Map(), {
    items,
    defaultMode,
    isOptional: optional,
    missingKey: (missing) => `references non-existent secret key: ${missing}`,
  });
}

function downwardFiles(
  pod: Live<Pod>,
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number = modeDefault,
  facts: PodFacts,
): readonly PayloadFile[] {
  const utf8 = new TextEncoder();
  return items.map((item) => ({
    path: safePath(item.path),
    bytes: utf8.encode(downwardText(pod, item, facts)),
    mode: item.mode ?? defaultMode,
  }));
}

function downwardText(
  pod: Live<Pod>,
  { path, fieldRef, resourceFieldRef }: DownwardAPIVolumeFile,
  facts: PodFacts,
): string {
  if (fieldRef !== undefined) return fieldText(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef === undefined) throw new VolumeError(`no source for file ${path}`);
  const { containerName = "", resource, divisor } = resourceFieldRef;
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const container = all.find(({ name }) => name === containerName);
  if (container === undefined) throw new ConfigError(`container ${containerName} not found`);
  return resourceText(container, resource, { divisor, allocatable: facts.allocatable });
}

async function projectedFiles(
  pod: Live<Pod>,
  { sources: projections, defaultMode = modeDefault }: ProjectedVolumeSource,
  reading: Reading,
): Promise<readonly PayloadFile[]> {
  const files: PayloadFile[] = [];
  for (const projection of projections ?? []) {
    files.push(...(await filesOfProjection(pod, projection, defaultMode, reading)));
  }
  return withoutOverlaid(files);
}

async function filesOfProjection(
  pod: Live<Pod>,
  projection: VolumeProjection,
  defaultMode: number,
  reading: Reading,
): Promise<readonly PayloadFile[]> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (configMap !== undefined) return configMapFiles(pod, configMap, defaultMode, reading);
  if (secret !== undefined) {
    const { name = "", items, optional } = secret;
    return secretFiles(pod, { name, items, optional }, defaultMode, reading);
  }
  if (downwardAPI !== undefined) {
    return downwardFiles(pod, downwardAPI.items ?? [], defaultMode, reading.sources.facts);
  }
  if (serviceAccountToken !== undefined) {
    return [await tokenFile(pod, serviceAccountToken, defaultMode, reading)];
  }
  throw new VolumeError("projections of trust bundles and pod certificates are not supported");
}

/** Only those for whom the token is may read it, as far as the pod tells who that is. */
async function tokenFile(
  pod: Live<Pod>,
  projection: ServiceAccountTokenProjection,
  defaultMode: number,
  { sources, signal }: Reading,
): Promise<PayloadFile> {
  const text = await sources.tokens.get(pod, projection, signal);
  const bytes = new TextEncoder().encode(text);
  const path = safePath(projection.path);
  if (pod.spec.securityContext?.fsGroup !== undefined) return { path, bytes, mode: 0o600 };
  const uid = onlyUser(pod);
  return uid === undefined ? { path, bytes, mode: defaultMode } : { path, bytes, mode: 0o600, uid };
}

/** The user that every container of the pod runs as, if the pod says so. */
function onlyUser({ spec }: Live<Pod>): number | undefined {
  const users = [...(spec.initContainers ?? []), ...spec.containers].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
  );
  return new Set(users).size === 1 ? users[0] : undefined;
}
