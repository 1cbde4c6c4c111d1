/**
 * Ports of this machine that lead to pods, each connection to the next ready pod of its service. The
 * way is the API server's, so that it works for any cluster that kubectl reaches.
 */
import { type Connection, describeError, type Listener, type SocketOpener } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { keyOfObject, type ObjectCache, type PodStreams } from "#client";
import { isReady, podsOfService } from "../service-pods.ts";
import { type Forward, unprivilegedPort } from "./plan-forwards.ts";

export interface ForwardDeps {
  readonly sockets: Pick<SocketOpener, "listenTcp">;
  readonly streams: Pick<PodStreams, "connect">;
  /** Of the stack's pods, kept up to date. */
  readonly pods: Pick<ObjectCache<Pod>, "list">;
  /** Told what goes wrong with a connection or a port. */
  readonly note: (line: string) => void;
}

/** A port that is listened on. */
export interface OpenForward {
  readonly forward: Forward;
  readonly address: string;
  readonly port: number;
}

export interface OpenForwards extends AsyncDisposable {
  readonly open: readonly OpenForward[];
}

/**
 * Listens on the ports of all forwards. One that another program has is noted and left out, and so is
 * an address that this machine lacks. Connections end when the signal aborts.
 */
export async function openForwards(
  deps: ForwardDeps,
  forwards: readonly Forward[],
  signal: AbortSignal,
): Promise<OpenForwards> {
  await using stack = new AsyncDisposableStack();
  const open: OpenForward[] = [];
  for (const forward of forwards) {
    let { port } = forward;
    for (const address of forward.addresses) {
      const take = takerOf(deps, forward, signal);
      const listener = await listen(deps, { forward, address, port }, take);
      if (listener === undefined) continue;
      stack.use(listener);
      open.push({ forward, address, port: listener.local.port });
      // The second address gets the same port as the first, also when that was chosen by the system.
      ({ port } = listener.local);
    }
  }
  const owned = stack.move();
  return { open, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function listen(
  { sockets, note }: Pick<ForwardDeps, "sockets" | "note">,
  { forward, address, port }: OpenForward,
  take: (connection: Connection) => void,
): Promise<Listener | undefined> {
  try {
    return await sockets.listenTcp({ address, port }, take);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EACCES" && port > 0 && port < 1024) {
      const instead = unprivilegedPort(port);
      note(`port ${port} is for root only; service ${forward.service} is at ${instead} instead`);
      return listen({ sockets, note }, { forward, address, port: instead }, take);
    }
    // Machines without IPv6 have no ::1, which nobody then means by localhost either.
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return undefined;
    note(
      `service ${forward.service}: cannot listen on ${address}:${port}: ${describeError(error)}`,
    );
    return undefined;
  }
}

function takerOf(deps: ForwardDeps, { service, target }: Forward, signal: AbortSignal) {
  let turn = 0;
  return (connection: Connection): void => {
    const ready = podsOfService(deps.pods.list(), service).filter(isReady);
    const pod = ready[turn++ % Math.max(1, ready.length)];
    carry(deps, connection, { pod, service, target }, signal).catch((error: unknown) => {
      if (!signal.aborted) deps.note(`service ${service}, port ${target}: ${describeError(error)}`);
    });
  };
}

interface Destination {
  readonly pod: Live<Pod> | undefined;
  readonly service: string;
  readonly target: number;
}

async function carry(
  { streams }: ForwardDeps,
  connection: Connection,
  { pod, target }: Destination,
  signal: AbortSignal,
): Promise<void> {
  await using near = connection;
  if (pod === undefined) throw new Error("no pod is ready");
  await using far = await streams.connect(keyOfObject(pod), target, signal);
  const up = copy(near, far);
  // A client that is gone does not matter to what the pod still says.
  up.catch(() => {});
  await copy(far, near);
}

async function copy(from: Connection, to: Connection): Promise<void> {
  for await (const chunk of from.received) await to.send(chunk);
  await to.finish();
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
