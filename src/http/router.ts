import { assert } from "#base";
import { HttpError } from "./http-error.ts";

/** What is served at a path, by method. */
export interface Route<T> {
  readonly method: string;
  /**
   * Segments between slashes: fixed ones, `{name}` for any one, and as the last `{name...}` for any
   * number of them, none included: `/logs/{path...}`.
   */
  readonly pattern: string;
  readonly serve: T;
}

export interface RouteMatch<T> {
  readonly serve: T;
  /** The segments that stood for `{name}`; those of `{name...}` are joined by slashes. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface Branch<T> {
  readonly fixed: Map<string, Branch<T>>;
  one: Branch<T> | undefined;
  readonly ending: Map<string, Leaf<T>>;
  readonly rest: Map<string, Leaf<T>>;
}

interface Leaf<T> {
  readonly serve: T;
  readonly names: readonly string[];
}

/**
 * Finds routes by the segments of a path in time proportional to their number. A fixed segment goes
 * before `{name}`, and that before `{name...}`.
 */
export class Router<T> {
  readonly #root: Branch<T> = branch();

  constructor(routes: readonly Route<T>[]) {
    for (const route of routes) this.#add(route);
  }

  /** Throws `NotFound`, or `MethodNotAllowed` when the path is served by other methods. */
  route(method: string, segments: readonly string[]): RouteMatch<T> {
    const leaves = findLeaves(this.#root, segments, 0);
    if (leaves === undefined) {
      throw new HttpError("NotFound", "the server could not find the requested resource");
    }
    const leaf = leaves.get(method) ?? leaves.get("*");
    if (leaf === undefined) {
      const message = "the server does not allow this method on the requested resource";
      throw new HttpError("MethodNotAllowed", message);
    }
    return { serve: leaf.serve, parameters: parametersOf(leaf.names, segments) };
  }

  #add(route: Route<T>): void {
    let at = this.#root;
    let leaves = at.ending;
    const names: string[] = [];
    for (const segment of route.pattern.split("/").filter((part) => part !== "")) {
      names.push(segment);
      if (/^\{\w+\.\.\.\}$/.test(segment)) {
        leaves = at.rest;
        continue;
      }
      assert(leaves !== at.rest, "nothing follows the rest of a path");
      at = /^\{\w+\}$/.test(segment) ? (at.one ??= branch()) : fixedBranch(at, segment);
      leaves = at.ending;
    }
    assert(!leaves.has(route.method), "each path is served once by a method");
    leaves.set(route.method, { serve: route.serve, names });
  }
}

function branch<T>(): Branch<T> {
  return { fixed: new Map(), one: undefined, ending: new Map(), rest: new Map() };
}

function fixedBranch<T>(at: Branch<T>, segment: string): Branch<T> {
  const known = at.fixed.get(segment);
  if (known !== undefined) return known;
  const added: Branch<T> = branch();
  at.fixed.set(segment, added);
  return added;
}

/** Patterns are as deep as we wrote them, so the depth of this is ours and not the client's. */
function findLeaves<T>(
  at: Branch<T>,
  segments: readonly string[],
  index: number,
): ReadonlyMap<string, Leaf<T>> | undefined {
  const segment = segments[index];
  if (segment === undefined) return nonEmpty(at.ending) ?? nonEmpty(at.rest);
  const fixed = at.fixed.get(segment);
  return (
    (fixed && findLeaves(fixed, segments, index + 1)) ??
    (at.one && findLeaves(at.one, segments, index + 1)) ??
    nonEmpty(at.rest)
  );
}

function nonEmpty<T>(leaves: ReadonlyMap<string, Leaf<T>>): typeof leaves | undefined {
  return leaves.size === 0 ? undefined : leaves;
}

function parametersOf(
  names: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    if (name.endsWith("...}")) parameters.set(name.slice(1, -4), segments.slice(index).join("/"));
    else if (name.startsWith("{")) parameters.set(name.slice(1, -1), segments[index] ?? "");
  }
  return parameters;
}
