/** Everything that is served beside the resources, by path. */

import type { HttpResponse, ReceivedRequest } from "#base";
import type { User } from "../authentication.ts";
import type { PathTarget } from "../request/request-target.ts";

/** Answers requests to a path that is no resource. */
export type PathEndpoint = (
  request: ReceivedRequest,
  target: PathTarget,
  by: RequestedBy,
) => HttpResponse | Promise<HttpResponse>;

/** Who may make the request that they make, and until when they wait for the answer. */
export interface RequestedBy {
  readonly user: User;
  readonly signal: AbortSignal;
}

/** What others serve below a path of the API server, to whom its authorizer lets there: `/oncall`. */
export interface Mount {
  readonly path: string;
  serve(request: ReceivedRequest, by: RequestedBy): Promise<HttpResponse>;
}

/** Endpoints by their exact path, and by the path below which they answer everything. */
export class EndpointTable {
  readonly #exact = new Map<string, PathEndpoint>();
  readonly #below = new Map<string, PathEndpoint>();

  add(path: string, endpoint: PathEndpoint): void {
    this.#exact.set(path, endpoint);
  }

  addBelow(path: string, endpoint: PathEndpoint): void {
    this.#exact.set(path, endpoint);
    this.#below.set(path, endpoint);
  }

  find(path: string): PathEndpoint | undefined {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return exact;
    for (const [prefix, endpoint] of this.#below) {
      if (path.startsWith(`${prefix}/`)) return endpoint;
    }
    return undefined;
  }
}
