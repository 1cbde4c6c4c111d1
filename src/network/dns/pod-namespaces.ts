import type { ObjectSource } from "../object-source.ts";
import type { ClientNamespaces } from "./resolver.ts";

/** What the search path needs of a Pod. */
export interface AddressedPod {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
  readonly spec: { readonly hostNetwork?: boolean | undefined };
  readonly status: { readonly podIP?: string | undefined };
}

/** Knows pods by their addresses. Pods on the node's own network are left out: they share one. */
export class PodNamespaces implements ClientNamespaces {
  readonly #namespaces = new Map<string, string>();

  follow(pods: ObjectSource<AddressedPod>): Disposable {
    const following = pods.onChange(({ before, after }) => this.#take(before, after));
    for (const pod of pods.cache.list()) this.#take(undefined, pod);
    return following;
  }

  findNamespace(address: string): string | undefined {
    return this.#namespaces.get(address);
  }

  #take(before: AddressedPod | undefined, after: AddressedPod | undefined): void {
    const old = before === undefined ? undefined : addressOf(before);
    // The address may be another pod's by now, which came before this one went.
    if (old !== undefined && this.#namespaces.get(old) === before?.metadata.namespace) {
      this.#namespaces.delete(old);
    }
    const address = after === undefined ? undefined : addressOf(after);
    const namespace = after?.metadata.namespace;
    if (address !== undefined && namespace !== undefined) this.#namespaces.set(address, namespace);
  }
}

function addressOf({ spec, status }: AddressedPod): string | undefined {
  const { podIP = "" } = status;
  return podIP === "" || spec.hostNetwork === true ? undefined : podIP;
}
