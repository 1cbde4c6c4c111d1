/** Reads of what is not stored. */

import {
  type AnyKind,
  apiVersionOf,
  badRequest,
  type JsonObject,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  ValueError,
} from "#api";
import type { ComputedAnswer, ComputedGroup, ComputedQuestion } from "../computed-group.ts";
import { metadataOf } from "../objects/metadata.ts";
import type { ResourceTarget } from "../request/request-target.ts";
import type { Answer } from "../respond/answer.ts";
import { methodNotAllowed, noSuchPath } from "../respond/status-response.ts";

/** Answers a request to a computed group; throws MethodNotAllowed for anything but reads. */
export async function answerComputed(
  group: ComputedGroup,
  target: ResourceTarget,
  signal: AbortSignal,
): Promise<Answer> {
  const { verb } = target;
  if (verb !== "get" && verb !== "list") throw methodNotAllowed();
  const answer = await group.answer({ ...target, verb }, signal);
  return answer.kind === "value" ? { ...answer, status: 200 } : answer;
}

/** Objects of one declared kind that are worked out on request. */
export interface ComputedObjects {
  readonly kind: AnyKind;
  /**
   * Those of a namespace, or all when it is empty, in the order of namespaces and names. As in any
   * list, they do not tell their kind.
   */
  list(namespace: string): readonly JsonObject[];
  /** Throws NotFound. */
  get(namespace: string, name: string): JsonObject;
}

/** A group of declared kinds, with the selectors that lists have everywhere. */
export function computedGroupOf(
  name: string,
  resources: readonly ComputedObjects[],
): ComputedGroup {
  return {
    name,
    async answer(question): Promise<ComputedAnswer> {
      const found = resources.find(({ kind }) => isAskedFor(kind, question));
      if (found === undefined) throw noSuchPath();
      const { namespace } = question;
      const schema = found.kind;
      if (question.verb === "get") {
        const value = found.get(namespace, question.name);
        return { kind: "value", schema, value: { ...typeOf(schema), ...value } };
      }
      const selects = selectorOf(question.query);
      return { kind: "values", schema, items: found.list(namespace).filter(selects) };
    },
  };
}

function isAskedFor({ package: { version }, resource }: AnyKind, asked: ComputedQuestion): boolean {
  if (resource === undefined || asked.subresource !== "") return false;
  const { name, namespaced } = resource;
  const isInPlace = namespaced
    ? asked.namespace !== "" || asked.verb === "list"
    : asked.namespace === "";
  return name === asked.resource && version === asked.version && isInPlace;
}

function typeOf(kind: AnyKind): JsonObject {
  return { kind: kind.kind, apiVersion: apiVersionOf(kind) };
}

function selectorOf(query: URLSearchParams): (object: JsonObject) => boolean {
  const labels = parsed(() => parseLabelSelector(query.get("labelSelector") ?? ""));
  const fields = parsed(() => parseFieldSelector(query.get("fieldSelector") ?? ""));
  return (object) => {
    const metadata = metadataOf(object);
    const found = new Map([
      ["metadata.name", metadata.name],
      ["metadata.namespace", metadata.namespace],
    ]);
    return (
      matchesLabels(labels, metadata.labels) &&
      matchesFields(fields, (field) => found.get(field) ?? "")
    );
  };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // Text that a client sent.
    if (error instanceof ValueError) throw badRequest(error.message);
    throw error;
  }
}
