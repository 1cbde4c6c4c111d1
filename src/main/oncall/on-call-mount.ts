/**
 * `/oncall` of the API server: RBAC decides who may ask there, by the path and the method, and on-call
 * learns who it was. It is asked over a socket that only the cluster's owner can open.
 */
import { StatusError } from "#api";
import type { Mount } from "#apiserver";
import { describeError, type Headers, type ReceivedRequest } from "#base";
import { within } from "#cli";
import { openHttpTransport } from "#host";
import { findHeader } from "#http";
import type { Identity } from "#oncall";

/** Carries the name of who asks, and is believed on the socket only. */
const nameHeader = "x-remote-user";
/** What else on-call is told of a request. */
const passedHeaders = ["accept", "content-type"];

export async function openOnCallMount(directory: string): Promise<Mount & AsyncDisposable> {
  const transport = await openHttpTransport({
    server: { unixPath: within.onCallSocket(directory) },
    tls: "plain",
    bearerToken: undefined,
    protocol: "http1",
  });
  return {
    path: "/oncall",
    async serve(request, { user, signal }) {
      const { method, target, body } = request;
      const headers = { ...passed(request), [nameHeader]: encodeURIComponent(user.name) };
      try {
        return await transport.send({ method, target, headers, body }, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const message = `on-call does not answer: ${describeError(error)}`;
        throw new StatusError("ServiceUnavailable", message, { cause: error });
      }
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

/** Who the API server says that a request on the socket is from. */
export function identityIn({ headers }: ReceivedRequest): Identity | undefined {
  const name = findHeader(headers, nameHeader);
  return name === undefined ? undefined : { name: decodeURIComponent(name), isLetIn: true };
}

/** A request of somebody who did not come by way of the API server. */
export function withoutIdentity(request: ReceivedRequest): ReceivedRequest {
  const headers = Object.entries(request.headers).filter(
    ([name]) => name.toLowerCase() !== nameHeader,
  );
  return { ...request, headers: Object.fromEntries(headers) };
}

function passed({ headers }: ReceivedRequest): Headers {
  const found = passedHeaders.flatMap((name) => {
    const value = findHeader(headers, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
