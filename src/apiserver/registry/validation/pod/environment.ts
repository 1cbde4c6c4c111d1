/** The environment of containers, and the fields of the pod that can be told to them. */

import {
  configKeyProblems,
  dns1123SubdomainProblems,
  envVarNameProblems,
  labelKeyProblems,
} from "#api";
import type { EnvFromSource, EnvVar, EnvVarSource } from "#api/core/v1";
import { descendingPathProblems } from "../paths.ts";
import { invalidFor, invalidValue, notSupported, type Problems, required } from "../problems.ts";

type FieldReference = NonNullable<EnvVarSource["fieldRef"]>;
type ResourceReference = NonNullable<EnvVarSource["resourceFieldRef"]>;

const environmentFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

/** What a downward API volume can hold; the rest is not known when the pod is made. */
export const volumeFields = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

/** What upstream knows by the name of a field; others cannot be converted. */
const knownFields: ReadonlySet<string> = new Set([
  ...environmentFields,
  ...volumeFields,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

const resourceFields = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

const oneSource =
  "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";

export function* environmentProblems(path: string, variables: readonly EnvVar[]): Problems {
  for (const [index, variable] of variables.entries()) {
    const at = `${path}[${index}]`;
    if (variable.name === "") yield required(`${at}.name`);
    else yield* invalidFor(`${at}.name`, variable.name, envVarNameProblems(variable.name));
    if (variable.valueFrom !== undefined) {
      yield* sourceProblems(`${at}.valueFrom`, variable.valueFrom, variable.value ?? "");
    }
  }
}

function* sourceProblems(path: string, source: EnvVarSource, value: string): Problems {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) yield* fieldReferenceProblems(`${path}.fieldRef`, fieldRef, environmentFields);
  if (resourceFieldRef) {
    yield* resourceReferenceProblems(`${path}.resourceFieldRef`, resourceFieldRef);
  }
  if (configMapKeyRef) yield* keyReferenceProblems(`${path}.configMapKeyRef`, configMapKeyRef);
  if (secretKeyRef) yield* keyReferenceProblems(`${path}.secretKeyRef`, secretKeyRef);
  if (fileKeyRef) yield* fileReferenceProblems(`${path}.fileKeyRef`, fileKeyRef);

  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = sources.filter((one) => one !== undefined).length;
  if (count === 0) yield invalidValue(path, "", oneSource);
  else if (value !== "") {
    yield invalidValue(path, "", "may not be specified when `value` is not empty");
  } else if (count > 1) {
    yield invalidValue(path, "", "may not have more than one field specified at a time");
  }
}

/** `metadata.name`, `metadata.labels['app']`. */
export function* fieldReferenceProblems(
  path: string,
  { apiVersion = "", fieldPath }: FieldReference,
  supported: readonly string[],
): Problems {
  if (apiVersion === "") return yield required(`${path}.apiVersion`);
  if (fieldPath === "") return yield required(`${path}.fieldPath`);
  const [, name = fieldPath, key] = /^([^[\]]+)\['([^']*)'\]$/.exec(fieldPath) ?? [];
  if (key !== undefined) {
    yield* subscriptProblems(path, name, key);
  } else if (!knownFields.has(name)) {
    const why = `error converting fieldPath: field label not supported: ${fieldPath}`;
    yield invalidValue(`${path}.fieldPath`, fieldPath, why);
  } else if (!supported.includes(name)) {
    yield notSupported(`${path}.fieldPath`, name, supported);
  }
}

function* subscriptProblems(path: string, name: string, key: string): Problems {
  if (name === "metadata.labels") yield* invalidFor(path, key, labelKeyProblems(key));
  else if (name === "metadata.annotations") {
    yield* invalidFor(path, key.toLowerCase(), labelKeyProblems(key.toLowerCase()));
  } else {
    const why = `error converting fieldPath: field label does not support subscript: ${name}['${key}']`;
    yield invalidValue(`${path}.fieldPath`, `${name}['${key}']`, why);
  }
}

/** A volume must say whose resources it tells; the environment speaks of its own container. */
export function* resourceReferenceProblems(
  path: string,
  { resource, containerName = "" }: ResourceReference,
  place: "container" | "volume" = "container",
): Problems {
  if (place === "volume" && containerName === "") yield required(`${path}.containerName`);
  else if (resource === "") yield required(`${path}.resource`);
  else if (!resourceFields.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) {
    yield notSupported(`${path}.resource`, resource, resourceFields);
  }
}

function* keyReferenceProblems(
  path: string,
  { name = "", key }: { readonly name?: string | undefined; readonly key: string },
): Problems {
  yield* invalidFor(`${path}.name`, name, dns1123SubdomainProblems(name));
  if (key === "") yield required(`${path}.key`);
  else yield* invalidFor(`${path}.key`, key, configKeyProblems(key));
}

function* fileReferenceProblems(
  path: string,
  reference: NonNullable<EnvVarSource["fileKeyRef"]>,
): Problems {
  const { key, volumeName, path: file } = reference;
  if (key === "") yield required(`${path}.key`);
  else yield* invalidFor(`${path}.key`, key, envVarNameProblems(key));
  if (volumeName === "") yield required(`${path}.volumeName`);
  if (file === "") yield required(`${path}.path`);
  else yield* descendingPathProblems(`${path}.path`, file);
}

export function* environmentSourceProblems(
  path: string,
  sources: readonly EnvFromSource[],
): Problems {
  for (const [index, { prefix = "", configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${index}]`;
    if (prefix !== "") yield* invalidFor(`${at}.prefix`, prefix, envVarNameProblems(prefix));
    if (configMapRef) yield* nameProblems(`${at}.configMapRef`, configMapRef.name);
    if (secretRef) yield* nameProblems(`${at}.secretRef`, secretRef.name);
    // Upstream reports these at the list, not at its element.
    if (!configMapRef && !secretRef) {
      yield invalidValue(path, "", "must specify one of: `configMapRef` or `secretRef`");
    } else if (configMapRef && secretRef) {
      yield invalidValue(path, "", "may not have more than one field specified at a time");
    }
  }
}

function* nameProblems(path: string, name = ""): Problems {
  if (name === "") yield required(`${path}.name`);
  else yield* invalidFor(`${path}.name`, name, dns1123SubdomainProblems(name));
}
