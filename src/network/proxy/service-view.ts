/** The services of the cluster with their slices, and which of them changed since the last look. */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import { keyOf, type ObjectSource, serviceKeyOf } from "../object-source.ts";

export interface ServiceSources {
  readonly services: ObjectSource<Live<Service>>;
  readonly slices: ObjectSource<Live<EndpointSlice>>;
}

export class ServiceView {
  readonly #services = new Map<string, Live<Service>>();
  readonly #slices = new Map<string, Map<string, Live<EndpointSlice>>>();
  readonly #changed = new Set<string>();

  /** Fills the view and follows the sources until the returned thing is disposed. */
  follow(sources: ServiceSources, onChange: () => void): Disposable {
    const scope = new DisposableStack();
    scope.use(
      sources.services.onChange(({ before, after }) => {
        this.#takeService(before, after);
        onChange();
      }),
    );
    scope.use(
      sources.slices.onChange(({ before, after }) => {
        this.#takeSlice(before, after);
        onChange();
      }),
    );
    for (const service of sources.services.cache.list()) this.#takeService(undefined, service);
    for (const slice of sources.slices.cache.list()) this.#takeSlice(undefined, slice);
    return scope;
  }

  find(key: string): Live<Service> | undefined {
    return this.#services.get(key);
  }

  slicesOf(key: string): readonly Live<EndpointSlice>[] {
    return [...(this.#slices.get(key)?.values() ?? [])];
  }

  /** Has every service looked at again, as when the node itself has changed. */
  markAll(): void {
    for (const key of this.#services.keys()) this.#changed.add(key);
  }

  /** The keys of services that changed, or whose slices did, since the last call. */
  takeChanged(): readonly string[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  #takeService(before: Live<Service> | undefined, after: Live<Service> | undefined): void {
    const subject = after ?? before;
    if (subject === undefined) return;
    const key = keyOf(subject);
    if (after === undefined) this.#services.delete(key);
    else this.#services.set(key, after);
    this.#changed.add(key);
  }

  #takeSlice(
    before: Live<EndpointSlice> | undefined,
    after: Live<EndpointSlice> | undefined,
  ): void {
    const beforeKey = before === undefined ? undefined : serviceKeyOf(before);
    const afterKey = after === undefined ? undefined : serviceKeyOf(after);
    if (before !== undefined && beforeKey !== undefined) {
      const slices = this.#slices.get(beforeKey);
      slices?.delete(before.metadata.name);
      if (slices?.size === 0) this.#slices.delete(beforeKey);
      this.#changed.add(beforeKey);
    }
    if (after !== undefined && afterKey !== undefined) {
      const slices = this.#slices.get(afterKey) ?? new Map<string, Live<EndpointSlice>>();
      slices.set(after.metadata.name, after);
      this.#slices.set(afterKey, slices);
      this.#changed.add(afterKey);
    }
  }
}
