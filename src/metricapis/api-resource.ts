import { type ResourceKind, servedKinds } from "#api";
import type { GroupResource } from "./adapter-config.ts";

/** A resource of the API that metrics may be about. */
export interface ApiResource extends GroupResource {
  /** Plural. */
  readonly resource: string;
  /** As it stands in a label: `pod`. */
  readonly singular: string;
  readonly kind: string;
  readonly version: string;
}

/**
 * Finds a resource by its plural or singular name, as upstream's mapper does: the first group that has
 * one when none is given, otherwise that group, or else the first whose name begins so.
 */
export function findApiResource({ group, resource }: GroupResource): ApiResource | undefined {
  const named = servedKinds.filter((kind) => namesOf(kind).includes(resource.toLowerCase()));
  const found =
    group === ""
      ? named[0]
      : (named.find((kind) => kind.package.group === group) ??
        named.find((kind) => kind.package.group.startsWith(group)));
  return found === undefined ? undefined : apiResourceOf(found);
}

/** `pods`, `jobs.batch`: as the API's paths and discovery write it. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf(".");
  if (dot < 0) return { group: "", resource: text };
  return { group: text.slice(dot + 1), resource: text.slice(0, dot) };
}

export function formatGroupResource({ group, resource }: GroupResource): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** Metrics of these are never asked for inside a namespace. */
const unnamespaced: ReadonlySet<string> = new Set(["namespaces", "nodes", "persistentvolumes"]);

export function isNamespaced(resource: GroupResource): boolean {
  return !unnamespaced.has(formatGroupResource(resource));
}

export function isSameResource(left: GroupResource, right: GroupResource): boolean {
  return left.group === right.group && left.resource === right.resource;
}

function namesOf({ kind, resource }: ResourceKind): readonly string[] {
  return [resource.name, singularOf({ kind, resource })];
}

function singularOf({ kind, resource }: Pick<ResourceKind, "kind" | "resource">): string {
  return resource.singular === "" ? kind.toLowerCase() : resource.singular;
}

function apiResourceOf(kind: ResourceKind): ApiResource {
  const { group, version } = kind.package;
  const { name } = kind.resource;
  return { group, version, resource: name, singular: singularOf(kind), kind: kind.kind };
}
