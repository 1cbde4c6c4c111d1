/** Services, slices and sources for tests: small notations instead of manifests. */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import type { ObjectSource, SourceChange } from "./object-source.ts";

type ServiceSpec = Live<Service>["spec"];

/** A ClusterIP service `name` or `namespace/name`, with port 80 to 8080 unless the spec says otherwise. */
export function serviceOf(
  name: string,
  clusterIP: string,
  spec: ServiceSpec = {},
  status: Live<Service>["status"] = {},
): Live<Service> {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(name),
    spec: { clusterIP, type: "ClusterIP", ports: [{ port: 80, protocol: "TCP" }], ...spec },
    status,
  };
}

/**
 * The slice of a service: endpoints as `10.42.0.5@node-a`, followed by marks: `-` not ready,
 * `~` terminating but serving, `!` terminating and not serving, `%zone` a zone hint, `#node` a node
 * hint, `=host` its hostname. All listen on `port`.
 */
export function sliceOf(
  service: string,
  endpoints: string,
  ports: NonNullable<EndpointSlice["ports"]> = [{ name: "", port: 8080, protocol: "TCP" }],
): Live<EndpointSlice> {
  const metadata = metadataOf(service);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...metadata,
      name: `${metadata.name}-abc12`,
      labels: { "kubernetes.io/service-name": metadata.name },
    },
    addressType: "IPv4",
    endpoints: endpoints
      .split(" ")
      .filter((word) => word !== "")
      .map(endpointOf),
    ports,
  };
}

const endpointPattern =
  /^([\d.]+)(?:@([\w-]+?))?([-~!]?)(?:%([\w-]+))?(?:#([\w-]+))?(?:=([\w-]+))?$/;

function endpointOf(text: string): NonNullable<EndpointSlice["endpoints"]>[number] {
  const found = endpointPattern.exec(text);
  if (found === null) throw new Error(`no endpoint: ${text}`);
  const [, address = "", nodeName, mark = "", zone, node, hostname] = found;
  return {
    addresses: [address],
    conditions: {
      ready: mark === "",
      serving: mark !== "-" && mark !== "!",
      terminating: mark === "~" || mark === "!",
    },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(zone === undefined && node === undefined
      ? {}
      : {
          hints: {
            ...(zone === undefined ? {} : { forZones: [{ name: zone }] }),
            ...(node === undefined ? {} : { forNodes: [{ name: node }] }),
          },
        }),
  };
}

function metadataOf(name: string) {
  const [namespace = "", bare] = name.includes("/") ? name.split("/") : ["default", name];
  return {
    namespace,
    name: bare ?? "",
    uid: `uid-${namespace}-${bare}`,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
}

/** A source whose objects the test sets by name. */
export class TestSource<T extends { readonly metadata: { readonly name: string } }>
  implements ObjectSource<T>
{
  readonly #objects = new Map<string, T>();
  readonly #handlers = new Set<(change: SourceChange<T>) => void>();
  readonly cache = { list: () => [...this.#objects.values()] };

  constructor(objects: readonly T[] = []) {
    for (const object of objects) this.#objects.set(nameOf(object), object);
  }

  async synced(): Promise<void> {}

  onChange(handler: (change: SourceChange<T>) => void): Disposable {
    this.#handlers.add(handler);
    return { [Symbol.dispose]: () => this.#handlers.delete(handler) };
  }

  set(object: T): void {
    const before = this.#objects.get(nameOf(object));
    this.#objects.set(nameOf(object), object);
    this.#tell({ before, after: object });
  }

  remove(object: T): void {
    this.#objects.delete(nameOf(object));
    this.#tell({ before: object, after: undefined });
  }

  #tell(change: SourceChange<T>): void {
    for (const handler of this.#handlers) handler(change);
  }
}

function nameOf(object: {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
