/** What a claim to storage asks for. */

import { dns1123SubdomainProblems } from "#api";
import type { PersistentVolumeClaimSpec } from "#api/core/v1";
import { labelSelectorProblems } from "../labels.ts";
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

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const volumeModes = ["Block", "Filesystem"];

export function* claimSpecProblems(path: string, spec: PersistentVolumeClaimSpec): Problems {
  const { accessModes: modes = [], selector, resources, storageClassName, volumeMode } = spec;
  if (modes.length === 0) {
    yield required(`${path}.accessModes`, "at least 1 access mode is required");
  }
  yield* labelSelectorProblems(`${path}.selector`, selector);
  yield* accessModesProblems(`${path}.accessModes`, modes);
  const storage = resources?.requests?.["storage"];
  const field = `${path}.resources[storage]`;
  if (storage === undefined) yield required(field);
  else {
    yield* amountProblems(field, "storage", storage);
    if (quantityAt(storage).nanos <= 0n) {
      yield invalidValue(field, storage, "must be greater than zero");
    }
  }
  if (storageClassName !== undefined && storageClassName !== "") {
    const reasons = dns1123SubdomainProblems(storageClassName);
    yield* invalidFor(`${path}.storageClassName`, storageClassName, reasons);
  }
  yield* optionalChoiceProblems(`${path}.volumeMode`, volumeMode, volumeModes);
  yield* sourceProblems(path, spec);
}

export function* accessModesProblems(field: string, modes: readonly string[]): Problems {
  for (const mode of modes) {
    if (!accessModes.includes(mode)) yield notSupported(field, mode, accessModes);
  }
  if (modes.length > 1 && modes.includes("ReadWriteOncePod")) {
    yield forbiddenField(field, "may not use ReadWriteOncePod with other access modes");
  }
}

function* sourceProblems(
  path: string,
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
): Problems {
  for (const [name, source] of [
    ["dataSource", dataSource],
    ["dataSourceRef", dataSourceRef],
  ] as const) {
    if (source === undefined) continue;
    const at = `${path}.${name}`;
    if (source.name === "") yield required(`${at}.name`);
    if (source.kind === "") yield required(`${at}.kind`);
    if ((source.apiGroup ?? "") === "" && source.kind !== "PersistentVolumeClaim") {
      const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
      yield invalidValue(at, source.kind, why);
    }
  }
}
