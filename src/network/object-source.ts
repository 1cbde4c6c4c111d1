/**
 * Where the proxy and the DNS server get the cluster's objects from. `client`'s informers have this
 * shape; tests hand in a list.
 */
export interface ObjectSource<T> {
  /** Resolves when the cache holds everything there was at the start. */
  synced(signal: AbortSignal): Promise<void>;
  readonly cache: { list(): readonly T[] };
  /** Calls back after each change of the cache: no `before` for a new object, no `after` for a lost one. */
  onChange(handler: (change: SourceChange<T>) => void): Disposable;
}

export interface SourceChange<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** The label by which an EndpointSlice names its Service. */
const serviceNameLabel = "kubernetes.io/service-name";

/** `namespace/name` of an object. */
export function keyOf(object: NamespacedObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/** `namespace/name` of the Service that a slice belongs to; undefined when it belongs to none. */
export function serviceKeyOf(slice: NamespacedObject): string | undefined {
  const service = slice.metadata.labels?.[serviceNameLabel];
  return service === undefined ? undefined : `${slice.metadata.namespace ?? ""}/${service}`;
}

interface NamespacedObject {
  readonly metadata: {
    readonly namespace?: string | undefined;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
}
