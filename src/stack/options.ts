import type { JsonObject } from "#api";

/** How a stack is to be converted; what the command line decides. */
export interface StackOptions {
  /** The stack's name, which all its objects carry. */
  readonly stack: string;
  readonly namespace: string;
  /**
   * What happens to attributes that Kubernetes does not honour. `strict` refuses all of them;
   * `default` refuses those without which a service would not be what it was meant to be, and reports
   * the others; `loose` only reports.
   */
  readonly mode: "strict" | "default" | "loose";
  /** How published ports are reached from outside. `forward` leaves that to the command itself. */
  readonly publish: "loadbalancer" | "nodeport" | "forward";
  /** Whether containers may see directories of the nodes. */
  readonly hostPaths: "allowed" | "refused";
  /** Whether networks keep services apart, by way of network policies. */
  readonly isolation: "networks" | "none";
  /** Of volumes that do not say how large they are, for example `1Gi`. */
  readonly volumeSize: string;
  /** Images that are used in place of those of the file, by service: what was built and pushed. */
  readonly images: ReadonlyMap<string, string>;
  /** What images are pulled with, by the address of the registry: entries of Docker's `auths`. */
  readonly registryAccounts: ReadonlyMap<string, JsonObject>;
}

export const stackDefaults: Omit<StackOptions, "stack" | "namespace"> = {
  mode: "default",
  publish: "loadbalancer",
  hostPaths: "refused",
  isolation: "networks",
  volumeSize: "1Gi",
  images: new Map(),
  registryAccounts: new Map(),
};
