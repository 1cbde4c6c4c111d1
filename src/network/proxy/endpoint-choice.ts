/**
 * Which endpoints of a service port traffic may go to: kube-proxy's rules (pkg/proxy/topology.go).
 *
 * Two lists come out. `cluster` is for traffic that may leave the node, `local` for a traffic policy
 * of Local. Terminating endpoints that still serve stand in when no ready one is left, so that the
 * last pod of a rolling update answers until it is gone.
 */

/** One address behind a service port, with what decides whether it is used. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** On this node. */
  readonly local: boolean;
  /** Topology hints: the zones and nodes that should use it; undefined when it has none. */
  readonly zones: readonly string[] | undefined;
  readonly nodes: readonly string[] | undefined;
}

/** Where a node is, for topology hints. */
export interface NodePlace {
  readonly nodeName: string;
  /** Label `topology.kubernetes.io/zone`; undefined when the node has none. */
  readonly zone: string | undefined;
}

/** Which of the two lists a service port has a use for. */
export interface EndpointUses {
  readonly cluster: boolean;
  readonly local: boolean;
}

export interface EndpointChoice {
  readonly cluster: readonly Endpoint[];
  readonly local: readonly Endpoint[];
  /** Whether any endpoint anywhere could serve: tells "refused" from "not on this node". */
  readonly any: boolean;
}

export function chooseEndpoints(
  endpoints: readonly Endpoint[],
  uses: EndpointUses,
  place: NodePlace,
): EndpointChoice {
  const cluster = uses.cluster ? chooseAnywhere(endpoints, place) : [];
  const here = endpoints.filter((endpoint) => endpoint.local);
  const local = uses.local ? readyOrLast(here) : [];
  const any = cluster.length > 0 || (uses.local && readyOrLast(endpoints).length > 0);
  return { cluster, local, any };
}

function chooseAnywhere(endpoints: readonly Endpoint[], place: NodePlace): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  // Hints are not for the last resort: that is about losing no connection.
  return ready.length > 0 ? followHints(ready, place) : readyOrLast(endpoints);
}

function readyOrLast(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return ready;
  return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

/** Hints hold only when every endpoint has them and at least one is meant for us; else all serve. */
function followHints(ready: readonly Endpoint[], place: NodePlace): readonly Endpoint[] {
  if (ready.every((endpoint) => endpoint.nodes !== undefined)) {
    const ours = ready.filter((endpoint) => endpoint.nodes?.includes(place.nodeName));
    if (ours.length > 0) return ours;
  }
  const { zone } = place;
  if (zone === undefined || ready.some((endpoint) => endpoint.zones === undefined)) return ready;
  const ours = ready.filter((endpoint) => endpoint.zones?.includes(zone));
  return ours.length > 0 ? ours : ready;
}
