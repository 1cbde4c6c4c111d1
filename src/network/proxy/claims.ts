/**
 * Names that several owners may want, and what they want them to be. The oldest claim holds; when its
 * owner lets go, the next one does. Two services with one external address are such owners, and so
 * are all services that use the same shared chain.
 *
 * Remembers what was applied last of every name that has changed since, which is the next change.
 */

/** Almost every name has one owner, so only the others pay for a map. Its order is that of claiming. */
type Claim = { readonly owner: string; readonly value: string } | Map<string, string>;

/** What must become of a name: no value means that it goes. */
export interface NameChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export class Claims {
  readonly #claims = new Map<string, Claim>();
  /** The applied value of each name that was touched since `settle`. */
  readonly #applied = new Map<string, string | undefined>();

  claim(name: string, owner: string, value: string): void {
    this.#remember(name);
    const claim = this.#claims.get(name);
    if (claim instanceof Map) {
      claim.set(owner, value);
    } else if (claim === undefined || claim.owner === owner) {
      this.#claims.set(name, { owner, value });
    } else {
      const both = [claim.owner, claim.value] as const;
      this.#claims.set(name, new Map([both, [owner, value]]));
    }
  }

  release(name: string, owner: string): void {
    this.#remember(name);
    const claim = this.#claims.get(name);
    if (claim instanceof Map) {
      claim.delete(owner);
      if (claim.size === 0) this.#claims.delete(name);
    } else if (claim?.owner === owner) {
      this.#claims.delete(name);
    }
  }

  /** What differs from what was applied. */
  changes(): readonly NameChange[] {
    const changes: NameChange[] = [];
    for (const [name, before] of this.#applied) {
      const after = this.#valueOf(name);
      if (before !== after) changes.push({ name, before, after });
    }
    return changes;
  }

  /** Everything that holds now, as changes from nothing. */
  all(): readonly NameChange[] {
    return Array.from(this.#claims.keys(), (name) => ({
      name,
      before: undefined,
      after: this.#valueOf(name),
    }));
  }

  /** Takes the present state as applied. */
  settle(): void {
    this.#applied.clear();
  }

  #remember(name: string): void {
    if (!this.#applied.has(name)) this.#applied.set(name, this.#valueOf(name));
  }

  #valueOf(name: string): string | undefined {
    const claim = this.#claims.get(name);
    return claim instanceof Map ? claim.values().next().value : claim?.value;
  }
}
