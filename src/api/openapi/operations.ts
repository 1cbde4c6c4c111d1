/** The operations that a resource offers, as both OpenAPI versions describe them. */

import { findKind, type ResourceKind } from "../catalog.ts";
import { podLogOptions } from "../core/v1/options.ts";
import { listKindOf } from "../list-kind.ts";
import {
  createOptions,
  deleteOptions,
  listOptions,
  patchOptions,
  updateOptions,
} from "../meta/v1/options.ts";
import { status } from "../meta/v1/status.ts";
import type { AnyField, AnyKind, AnyStruct, SubresourceFacts } from "../schema/schema.ts";
import { type GroupVersionKind, groupVersionKindOf } from "./schema.ts";

type Method = "get" | "put" | "post" | "delete" | "patch";

export interface Operation {
  readonly path: string;
  readonly method: Method;
  /** Unique in the document: `readCoreV1NamespacedPod`. */
  readonly id: string;
  /** `core_v1`, `rbacAuthorization_v1`. */
  readonly tag: string;
  readonly description: string;
  readonly action: string;
  readonly kind: GroupVersionKind;
  readonly pathParameters: readonly PathParameter[];
  readonly queryParameters: readonly QueryParameter[];
  /** Undefined: no body; `patch`: a patch in one of its forms. */
  readonly body: AnyStruct | "patch" | undefined;
  /** `text`: whatever the backend answers. */
  readonly response: AnyStruct | "text";
  /** Statuses of success. */
  readonly statuses: readonly string[];
  /** On custom resources, which neither protobuf nor strategic merge patches are for. */
  readonly isCustom: boolean;
}

export type PathParameter = "name" | "namespace" | "path";

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly type: "string" | "boolean" | "integer";
}

interface Place {
  readonly kind: ResourceKind;
  readonly path: string;
  readonly pathParameters: readonly PathParameter[];
  /** What follows the verb in the operation's id. */
  readonly suffix: string;
}

/** Everything that can be done with the resource of `kind`. */
export function operationsOf(kind: ResourceKind): readonly Operation[] {
  const { resource } = kind;
  const { group, version } = kind.package;
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const root = resource.namespaced ? `${base}/namespaces/{namespace}` : base;
  const scope = resource.namespaced ? "Namespaced" : "";
  const collection: Place = {
    kind,
    path: `${root}/${resource.name}`,
    pathParameters: resource.namespaced ? ["namespace"] : [],
    suffix: `${scope}${kind.kind}`,
  };
  const item: Place = {
    ...collection,
    path: `${collection.path}/{name}`,
    pathParameters: ["name", ...collection.pathParameters],
  };
  const everywhere: Place = {
    kind,
    path: `${base}/${resource.name}`,
    pathParameters: [],
    suffix: `${kind.kind}ForAllNamespaces`,
  };
  return [
    ...collectionOperations(collection),
    ...(resource.namespaced && resource.verbs.includes("list") ? [listOperation(everywhere)] : []),
    ...itemOperations(item),
    ...Object.entries(resource.subresources ?? {}).flatMap(([name, facts]) =>
      subresourceOperations(item, name, facts),
    ),
  ];
}

function collectionOperations(place: Place): readonly Operation[] {
  const { kind } = place;
  const { verbs } = kind.resource;
  const operations: Operation[] = [];
  if (verbs.includes("list")) operations.push(listOperation(place));
  if (verbs.includes("create")) {
    operations.push(
      operation(place, "post", {
        verb: "create",
        action: "post",
        description: `create ${article(kind.kind)}`,
        queryParameters: parametersOf(createOptions),
        body: kind,
        response: kind,
        statuses: ["200", "201", "202"],
      }),
    );
  }
  if (verbs.includes("deletecollection")) {
    operations.push(
      operation({ ...place, suffix: `Collection${place.suffix}` }, "delete", {
        verb: "delete",
        action: "deletecollection",
        description: `delete collection of ${kind.kind}`,
        queryParameters: parametersOf(listOptions, deleteOptions),
        body: deleteOptions,
        response: status,
        statuses: ["200"],
      }),
    );
  }
  return operations;
}

function listOperation(place: Place): Operation {
  return operation(place, "get", {
    verb: "list",
    action: "list",
    description: `list or watch objects of kind ${place.kind.kind}`,
    queryParameters: parametersOf(listOptions),
    body: undefined,
    response: listKindOf(place.kind),
    statuses: ["200"],
  });
}

function itemOperations(place: Place): readonly Operation[] {
  const { kind } = place;
  const { verbs } = kind.resource;
  const operations = [...objectOperations(place, kind, verbs, `the specified ${kind.kind}`)];
  if (verbs.includes("delete")) {
    operations.push(
      operation(place, "delete", {
        verb: "delete",
        action: "delete",
        description: `delete ${article(kind.kind)}`,
        queryParameters: parametersOf(deleteOptions),
        body: deleteOptions,
        response: status,
        statuses: ["200", "202"],
      }),
    );
  }
  return operations;
}

/** Reading, replacing and patching an object, or a part of one. */
function objectOperations(
  place: Place,
  shape: AnyKind,
  verbs: readonly string[],
  what: string,
): readonly Operation[] {
  const operations: Operation[] = [];
  const facts = { body: undefined, response: shape, statuses: ["200"] };
  if (verbs.includes("get")) {
    const description = `read ${what}`;
    const read = { ...facts, verb: "read", action: "get", description, queryParameters: [] };
    operations.push(operation(place, "get", read));
  }
  const written = { ...facts, statuses: ["200", "201"] };
  if (verbs.includes("update")) {
    operations.push(
      operation(place, "put", {
        ...written,
        verb: "replace",
        action: "put",
        description: `replace ${what}`,
        queryParameters: parametersOf(updateOptions),
        body: shape,
      }),
    );
  }
  if (verbs.includes("patch")) {
    operations.push(
      operation(place, "patch", {
        ...written,
        verb: "patch",
        action: "patch",
        description: `partially update ${what}`,
        queryParameters: parametersOf(patchOptions),
        body: "patch",
      }),
    );
  }
  return operations;
}

function subresourceOperations(
  item: Place,
  name: string,
  facts: SubresourceFacts,
): readonly Operation[] {
  const { kind } = item;
  const shape = kindOf(kind, facts);
  const suffix = `${item.suffix}${capitalized(name)}`;
  const place = { ...item, path: `${item.path}/${name}`, suffix };
  if (shape.kind.endsWith("Options")) return connectOperations(place, shape, facts.verbs);
  if (name === "log") return [logOperation(place)];
  const part = `${name} of the specified ${kind.kind}`;
  const operations = [...objectOperations(place, shape, facts.verbs, part)];
  if (facts.verbs.includes("create")) {
    operations.push(
      operation(place, "post", {
        verb: "create",
        action: "post",
        description: `create ${name} of ${article(kind.kind)}`,
        queryParameters: parametersOf(createOptions),
        body: shape,
        response: shape,
        statuses: ["200", "201", "202"],
      }),
    );
  }
  return operations.map((each) => ({ ...each, kind: groupVersionKindOf(shape) }));
}

function kindOf(kind: ResourceKind, facts: SubresourceFacts): AnyKind {
  const group = facts.group ?? kind.package.group;
  const version = facts.version ?? kind.package.version;
  const found = findKind(group === "" ? version : `${group}/${version}`, facts.kind);
  return found ?? kind;
}

function logOperation(place: Place): Operation {
  return operation(place, "get", {
    verb: "read",
    action: "get",
    description: `read log of the specified ${place.kind.kind}`,
    queryParameters: parametersOf(podLogOptions),
    body: undefined,
    response: "text",
    statuses: ["200"],
  });
}

const connectMethods: ReadonlyMap<string, Method> = new Map([
  ["get", "get"],
  ["create", "post"],
  ["update", "put"],
  ["patch", "patch"],
  ["delete", "delete"],
]);

/** Streams and proxies: any method, with the same options. */
function connectOperations(
  place: Place,
  options: AnyKind,
  verbs: readonly string[],
): readonly Operation[] {
  const isProxy = place.path.endsWith("/proxy");
  const places = isProxy ? [place, pathBelow(place)] : [place];
  return places.flatMap((each) =>
    verbs.flatMap((verb) => {
      const method = connectMethods.get(verb);
      if (method === undefined) return [];
      const connect = operation(each, method, {
        verb: `connect${capitalized(method)}`,
        action: "connect",
        description: `connect ${method.toUpperCase()} requests to ${place.path.split("/").pop()} of ${place.kind.kind}`,
        queryParameters: parametersOf(options),
        body: undefined,
        response: "text",
        statuses: ["200"],
      });
      return [{ ...connect, kind: groupVersionKindOf(options) }];
    }),
  );
}

function pathBelow(place: Place): Place {
  return {
    ...place,
    path: `${place.path}/{path}`,
    pathParameters: [...place.pathParameters, "path"],
    suffix: `${place.suffix}WithPath`,
  };
}

type OperationFacts = Pick<
  Operation,
  "action" | "description" | "queryParameters" | "body" | "response" | "statuses"
> & { readonly verb: string };

function operation(place: Place, method: Method, { verb, ...facts }: OperationFacts): Operation {
  const { group, version } = place.kind.package;
  const words = (group === "" ? "core" : group.replace(/\.k8s\.io$/, "")).split(".");
  const camel = words.map(capitalized).join("");
  return {
    ...facts,
    path: place.path,
    method,
    id: `${verb}${camel}${capitalized(version)}${place.suffix}`,
    tag: `${camel.charAt(0).toLowerCase()}${camel.slice(1)}_${version}`,
    kind: groupVersionKindOf(place.kind),
    pathParameters: place.pathParameters,
    isCustom: place.kind.package.isCustom === true,
  };
}

/** Fields that are scalars, as query parameters; a later kind does not repeat an earlier one's. */
function parametersOf(...kinds: readonly AnyKind[]): readonly QueryParameter[] {
  const parameters = new Map<string, QueryParameter>();
  for (const { fields } of kinds) {
    for (const [name, field] of Object.entries(fields)) {
      const type = parameterType(field);
      if (field.number === 0 || type === undefined || parameters.has(name)) continue;
      parameters.set(name, { name, description: field.doc, type });
    }
  }
  return [...parameters.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function parameterType({ schema }: AnyField): QueryParameter["type"] | undefined {
  const scalar = schema.form === "list" ? schema.element : schema;
  if (scalar.form !== "scalar") return undefined;
  if (scalar.scalar === "boolean") return "boolean";
  return scalar.scalar === "int32" || scalar.scalar === "int64" ? "integer" : "string";
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function article(kind: string): string {
  return `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}
