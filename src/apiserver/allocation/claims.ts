/**
 * Claims: what an object holds that no other may, such as an address or a port of the nodes.
 *
 * Each claim is a key of the store of its own. The object and its claims are written in one commit,
 * under the condition that the keys of new claims are free, so that nothing is ever held twice and
 * nothing is lost when the server dies in between.
 */

import type { FieldError, JsonObject } from "#api";

export interface Claim {
  readonly key: string;
  /** What stands at the key while the claim is held. */
  readonly value: Uint8Array;
  /**
   * What is wrong with the object when the key is taken; undefined when the server chose it and can
   * choose another.
   */
  readonly refusal: FieldError | undefined;
}

/** An object with everything filled in that it was given. */
export interface Allocation {
  readonly object: JsonObject;
  readonly claims: readonly Claim[];
  /** Keys of claims that the object has no longer. */
  readonly released: readonly string[];
}

/** Gives the objects of one kind what they need exclusively. */
export interface Allocator {
  /**
   * What the object is to hold after a write; `current` is the object before, if there is one. Only
   * what is new is claimed. Throws Invalid for wishes that cannot be met.
   */
  allocate(object: JsonObject, current: JsonObject | undefined): Promise<Allocation>;
  /** The keys that an object gives back when it is deleted. */
  held(object: JsonObject): readonly string[];
}
