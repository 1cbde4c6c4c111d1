import type { JsonValue } from "../schema/schema.ts";
import { isJsonList, isJsonObject, membersOf } from "../json-value.ts";

/** An object or list of the copy, free to be changed. */
export type Container = { [name: string]: JsonValue } | JsonValue[];

/**
 * A JSON document that is copied where it is changed: each container is copied at most once, so that
 * many small changes cost no more than what they touch. The original stays as it was.
 */
export class WorkingCopy {
  root: JsonValue;
  readonly #owned = new Map<JsonValue, Container>();

  constructor(document: JsonValue) {
    this.root = document;
  }

  /** The container at the end of `path`, made changeable; undefined when there is none. */
  containerAt(path: readonly string[]): Container | undefined {
    let container = this.#own(this.root);
    if (container === undefined) return undefined;
    this.root = container;
    for (const token of path) {
      const key: string | number = Array.isArray(container) ? indexOf(token, container) : token;
      const child: JsonValue | undefined = childOf(container, key);
      const owned: Container | undefined = child === undefined ? undefined : this.#own(child);
      if (owned === undefined) return undefined;
      if (owned !== child) put(container, key, owned);
      container = owned;
    }
    return container;
  }

  #own(value: JsonValue): Container | undefined {
    const owned = this.#owned.get(value);
    if (owned !== undefined) return owned;
    const copy = shallowCopy(value);
    if (copy !== undefined) this.#owned.set(copy, copy);
    return copy;
  }
}

function shallowCopy(value: JsonValue): Container | undefined {
  if (isJsonList(value)) return [...value];
  return isJsonObject(value) ? Object.fromEntries(membersOf(value)) : undefined;
}

function childOf(container: Container, key: string | number): JsonValue | undefined {
  if (Array.isArray(container)) return container[Number(key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function put(container: Container, key: string | number, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else putMember(container, String(key), value);
}

/** Sets an own member, whatever its name. */
export function putMember(
  container: { [name: string]: JsonValue },
  key: string,
  value: JsonValue,
): void {
  const ordinary = { writable: true, enumerable: true, configurable: true };
  Object.defineProperty(container, key, { ...ordinary, value });
}

/** An index on the way to a container; -1 when it is none of the list. */
function indexOf(token: string, list: readonly JsonValue[]): number {
  if (!/^[+-]?\d{1,15}$/.test(token)) return -1;
  const written = Number(token);
  return written < 0 ? Math.max(written + list.length, -1) : written;
}
