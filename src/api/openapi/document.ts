/** The parts that both OpenAPI versions share. */

import { kubernetesVersion } from "../publish/server-version.ts";
import type { AnyStruct, JsonObject } from "../schema/schema.ts";
import type { Operation, PathParameter } from "./operations.ts";

const customPatchTypes: readonly string[] = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
];
const patchTypes = [...customPatchTypes, "application/strategic-merge-patch+json"];

const customObjectTypes: readonly string[] = ["application/json", "application/yaml"];
const objectTypes: readonly string[] = [
  "application/json",
  "application/vnd.kubernetes.protobuf",
  "application/yaml",
];
const watchTypes: readonly string[] = [
  "application/json;stream=watch",
  "application/vnd.kubernetes.protobuf;stream=watch",
];

/** The forms of the body that the operation takes; any for an object. */
export function consumedTypes({ body, isCustom }: Operation): readonly string[] {
  if (body !== "patch") return ["*/*"];
  return isCustom ? customPatchTypes : patchTypes;
}

/** The forms of the answer. */
export function producedTypes({ response, action, isCustom }: Operation): readonly string[] {
  if (response === "text") return ["*/*"];
  if (isCustom) return customObjectTypes;
  return action === "list" ? [...objectTypes, ...watchTypes] : objectTypes;
}

export const pathParameterDocs: Readonly<Record<PathParameter, string>> = {
  name: "name of the object",
  namespace: "namespace of the object",
  path: "path to the resource behind the proxy",
};

export const prettyParameter = {
  name: "pretty",
  description: "If true, the answer is indented for people.",
  type: "string",
} as const;

export const documentFacts = {
  title: "Kubernetes",
  version: `v${kubernetesVersion.major}.${kubernetesVersion.minor}.${kubernetesVersion.patch}`,
};

/** What the operations take and give, for the definitions of a document. */
export function shapesOf(operations: readonly Operation[]): readonly AnyStruct[] {
  const shapes = operations.flatMap(({ body, response }) => [body, response]);
  return shapes.filter((shape): shape is AnyStruct => typeof shape === "object");
}

/** The operations of each path, paths sorted. */
export function pathItems(
  operations: readonly Operation[],
  describe: (operation: Operation) => JsonObject,
  parameters: (operation: Operation) => JsonObject,
): JsonObject {
  const byPath = [...Map.groupBy(operations, ({ path }) => path)];
  byPath.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    byPath.map(([path, methods]) => {
      const described = methods.map((operation) => [operation.method, describe(operation)]);
      const [first] = methods;
      return [path, { ...Object.fromEntries(described), ...(first ? parameters(first) : {}) }];
    }),
  );
}
