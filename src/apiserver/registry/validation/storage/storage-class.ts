/** How volumes are made, and by whom. */

import { labelKeyProblems } from "#api";
import { type StorageClass, storageClass } from "#api/storage/v1";
import { fixedProblems, immutableProblems } from "../immutable.ts";
import {
  choiceProblems,
  invalidFor,
  invalidValue,
  optionalChoiceProblems,
  type Problems,
  required,
  tooLong,
} from "../problems.ts";

const parameterCountMax = 512;
const parameterBytesMax = 256 * 1024;

export function* storageClassProblems(object: StorageClass): Problems {
  const { provisioner, parameters = {}, reclaimPolicy, volumeBindingMode } = object;
  if (provisioner === "") yield required("provisioner");
  else yield* invalidFor("provisioner", provisioner, labelKeyProblems(provisioner.toLowerCase()));
  const entries = Object.entries(parameters);
  if (entries.length > parameterCountMax) yield tooLong("parameters", parameterCountMax);
  for (const [key] of entries) {
    if (key === "") yield invalidValue("parameters", key, "field can not be empty.");
  }
  const length = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (length > parameterBytesMax) yield tooLong("parameters", parameterBytesMax);
  yield* optionalChoiceProblems("reclaimPolicy", reclaimPolicy, ["Delete", "Retain"]);
  const modes = ["Immediate", "WaitForFirstConsumer"];
  yield* choiceProblems("volumeBindingMode", volumeBindingMode, modes);
}

export function* storageClassChangeProblems(object: StorageClass, current: StorageClass): Problems {
  yield* storageClassProblems(object);
  yield* immutableProblems("parameters", storageClass.fields.parameters.schema, {
    after: object.parameters,
    before: current.parameters,
  });
  yield* fixedProblems("provisioner", object.provisioner, current.provisioner);
  yield* fixedProblems("reclaimPolicy", object.reclaimPolicy, current.reclaimPolicy);
  const { volumeBindingMode } = object;
  yield* fixedProblems("volumeBindingMode", volumeBindingMode, current.volumeBindingMode);
}
