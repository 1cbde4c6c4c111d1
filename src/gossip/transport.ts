/** The way to other members: datagrams and connections under one address and port. */
import type { Connection, Dialer, SocketAddress, SocketOpener } from "#base";

export interface GossipTransport extends AsyncDisposable {
  readonly local: SocketAddress;
  /** Promises nothing, like the network itself. */
  sendPacket(bytes: Uint8Array, to: SocketAddress): void;
  connect(to: SocketAddress, signal: AbortSignal): Promise<Connection>;
}

/** What comes in. A connection is the taker's own, who has to dispose of it. */
export interface TransportTaker {
  readonly onPacket: (bytes: Uint8Array, from: SocketAddress) => void;
  readonly onConnection: (connection: Connection) => void;
}

export type OpenTransport = (
  local: SocketAddress,
  taker: TransportTaker,
) => Promise<GossipTransport>;

/** A free port for connections may be taken for datagrams; then another one is tried. */
const attemptsMax = 10;

/** UDP and TCP, unencrypted. Port 0 takes one that is free for both. */
export function clearTransport(deps: {
  readonly sockets: SocketOpener;
  readonly dialer: Dialer;
}): OpenTransport {
  const open = async (local: SocketAddress, taker: TransportTaker, attempt: number) => {
    await using opened = new AsyncDisposableStack();
    const listener = opened.use(await deps.sockets.listenTcp(local, taker.onConnection));
    const { port } = listener.local;
    try {
      const bound = { address: local.address, port };
      const socket = opened.use(await deps.sockets.bindUdp(bound, taker.onPacket));
      const owned = opened.move();
      return {
        local: listener.local,
        sendPacket: (bytes: Uint8Array, to: SocketAddress) => {
          socket.send(bytes, reachableFrom(local, to));
        },
        connect: (to: SocketAddress, signal: AbortSignal) =>
          deps.dialer.connectTcp(to.address, to.port, signal),
        [Symbol.asyncDispose]: () => owned.disposeAsync(),
      };
    } catch (error) {
      // Only what the system chose for us can be chosen again.
      if (local.port !== 0 || attempt >= attemptsMax) throw error;
      return undefined;
    }
  };
  return async (local, taker) => {
    for (let attempt = 1; ; attempt++) {
      const transport = await open(local, taker, attempt);
      if (transport !== undefined) return transport;
    }
  };
}

/** A socket of IPv6 reaches IPv4 addresses in their mapped form. */
function reachableFrom(local: SocketAddress, { address, port }: SocketAddress): SocketAddress {
  const isMapped = local.address.includes(":") && !address.includes(":");
  return { address: isMapped ? `::ffff:${address}` : address, port };
}
