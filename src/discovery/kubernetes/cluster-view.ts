import type { Fields, KindSchema, TypeOf } from "#api";
import {
  type Client,
  createInformer,
  type Informer,
  type InformerDeps,
  type InformerOptions,
  type InformerSet,
} from "#client";
import type { KubernetesDiscovery, KubernetesRole } from "#promconfig";

/** Where a cluster's objects come from. */
export interface KubernetesSource {
  readonly client: Client;
  /** The informers of a process that follows all namespaces anyway; undefined makes our own. */
  readonly informers: InformerSet | undefined;
  /** The namespace that we run in; empty outside of a cluster. */
  readonly ownNamespace: string;
}

/** A source whose connections end when it is disposed of. */
export interface OpenKubernetesSource extends KubernetesSource, AsyncDisposable {}

interface Runnable {
  run(signal: AbortSignal): Promise<void>;
  synced(signal: AbortSignal): Promise<void>;
}

/** The objects of one namespace, or of all, as far as selectors let them through. */
export class ClusterView {
  readonly config: KubernetesDiscovery;
  readonly #deps: InformerDeps;
  readonly #source: KubernetesSource;
  readonly #namespace: string;
  readonly #own: Runnable[] = [];
  readonly #all: Runnable[] = [];

  constructor(
    deps: Omit<InformerDeps, "client">,
    source: KubernetesSource,
    scope: { readonly config: KubernetesDiscovery; readonly namespace: string },
  ) {
    this.config = scope.config;
    this.#deps = { ...deps, client: source.client };
    this.#source = source;
    this.#namespace = scope.namespace;
  }

  /** An informer for a kind, with the selectors of a role. `cluster` kinds have no namespace. */
  of<F extends Fields>(
    kind: KindSchema<F>,
    place: {
      readonly scope: "namespace" | "cluster";
      readonly role: KubernetesRole | undefined;
      readonly indexes?: NonNullable<InformerOptions<TypeOf<KindSchema<F>>>["indexes"]>;
    },
  ): Informer<TypeOf<KindSchema<F>>> {
    const selector = this.config.selectors.find(({ role }) => role === place.role);
    const namespace = place.scope === "cluster" ? "" : this.#namespace;
    const indexes = { indexes: place.indexes ?? {} };
    const shared = this.#source.informers;
    if (shared !== undefined && selector === undefined && namespace === "") {
      const informer = shared.of(kind, indexes);
      this.#all.push(informer);
      return informer;
    }
    const informer = createInformer(this.#deps, kind, {
      ...(namespace === "" ? {} : { namespace }),
      ...(selector === undefined || selector.label === "" ? {} : { labelSelector: selector.label }),
      ...(selector === undefined || selector.field === "" ? {} : { fieldSelector: selector.field }),
      ...indexes,
    });
    this.#own.push(informer);
    this.#all.push(informer);
    return informer;
  }

  /** Runs the informers that are ours alone. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#own.map((informer) => informer.run(signal)));
  }

  /** Resolves when every informer has its first complete state. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((informer) => informer.synced(signal)));
  }
}
