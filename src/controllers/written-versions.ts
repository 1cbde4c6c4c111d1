/**
 * Tells whether a cache still shows an object as it was before our own last write.
 *
 * Some decisions (have these pods been counted?) are wrong when taken from a status older than the
 * one we wrote ourselves, and harmful before the API server can refuse the outdated write.
 */

import type { LiveMetadata } from "#api";

type Version = Pick<LiveMetadata, "uid" | "resourceVersion">;

export class WrittenVersions {
  readonly #versions = new Map<string, bigint>();

  note({ metadata }: { readonly metadata: Version }): void {
    this.#versions.set(metadata.uid, BigInt(metadata.resourceVersion));
  }

  /** Whether this copy is older than what we wrote; the newer one is on its way. */
  isStale({ metadata }: { readonly metadata: Version }): boolean {
    const written = this.#versions.get(metadata.uid);
    return written !== undefined && BigInt(metadata.resourceVersion) < written;
  }

  forget(uid: string): void {
    this.#versions.delete(uid);
  }
}
