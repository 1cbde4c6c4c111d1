/** Which objects of a resource a list, watch or deletecollection is about. */

import {
  badRequest,
  type CompiledLabelSelector,
  type FieldRequirement,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  ValueError,
} from "#api";
import type { Resource } from "../registry/resource.ts";
import type { FieldInterest } from "../watch/watch-hub.ts";
import type { ObjectFacts, StoredObject } from "./stored-object.ts";

export interface Selection {
  readonly resource: Resource;
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly labels: CompiledLabelSelector;
  readonly fields: readonly FieldRequirement[];
}

export interface SelectorTexts {
  readonly namespace: string;
  /** Set when the request names one object: `GET …/watch/…/pods/x`. */
  readonly name: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

/** Throws BadRequest for selectors that cannot be parsed or name an unknown field. */
export function selectionOf(resource: Resource, texts: SelectorTexts): Selection {
  const fields = parsed(() => parseFieldSelector(texts.fieldSelector));
  for (const { field } of fields) {
    if (!isSelectable(resource, field)) throw unknownField(resource, field);
  }
  const named = texts.name === "" ? [] : [namedRequirement(fields, texts.name)];
  return {
    resource,
    namespace: resource.namespaced ? texts.namespace : "",
    labels: parsed(() => parseLabelSelector(texts.labelSelector)),
    fields: [...fields, ...named],
  };
}

/** Whether the selection takes every object of its namespace. */
export function isUnfiltered(selection: Selection): boolean {
  return selection.labels.requirements.length === 0 && selection.fields.length === 0;
}

export function selects(selection: Selection, object: StoredObject): boolean {
  const { namespace } = selection;
  if (namespace !== "" && object.key.namespace !== namespace) return false;
  if (isUnfiltered(selection)) return true;
  const name = onlyName(selection);
  // The name is in the key: most objects need not be decoded to see that they are others.
  if (name !== undefined && object.key.name !== name) return false;
  return selectsFacts(selection, object.facts);
}

/** Whether the selectors take an object with these facts; its namespace has been checked. */
function selectsFacts(selection: Selection, facts: ObjectFacts): boolean {
  return (
    matchesFields(selection.fields, (field) => facts.fields[field] ?? "") &&
    matchesLabels(selection.labels, facts.labels)
  );
}

/** The one name that the selection can take; undefined when it is about several. */
export function onlyName(selection: Selection): string | undefined {
  return equalTo(selection, "metadata.name");
}

/** The narrowest index by which events can be found that concern the selection. */
export function interestOf(selection: Selection): FieldInterest | undefined {
  const name = onlyName(selection);
  if (name !== undefined) return { field: "metadata.name", value: name };
  // The index is of the stored objects, whose fields may be called otherwise.
  const isIndexed = selection.resource.view === undefined;
  const equal = selection.fields.find(({ operator }) => operator === "=");
  if (isIndexed && equal !== undefined) return { field: equal.field, value: equal.value };
  if (selection.namespace === "") return undefined;
  return { field: "metadata.namespace", value: selection.namespace };
}

function equalTo(selection: Selection, field: string): string | undefined {
  return selection.fields.find((one) => one.field === field && one.operator === "=")?.value;
}

function namedRequirement(fields: readonly FieldRequirement[], name: string): FieldRequirement {
  const other = fields.find(
    ({ field, operator, value }) => field === "metadata.name" && operator === "=" && value !== name,
  );
  if (other !== undefined) {
    throw badRequest("both a name and a field selector provided but they do not match");
  }
  return { field: "metadata.name", operator: "=", value: name };
}

function isSelectable(resource: Resource, field: string): boolean {
  if (field === "metadata.name" || field === "metadata.namespace") return true;
  return Object.hasOwn(resource.behavior.selectableFields, field);
}

function unknownField(resource: Resource, field: string): Error {
  if (Object.keys(resource.behavior.selectableFields).length > 0) {
    return badRequest(`field label not supported: ${field}`);
  }
  return badRequest(
    `${JSON.stringify(field)} is not a known field selector: ` +
      'only "metadata.name", "metadata.namespace"',
  );
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
