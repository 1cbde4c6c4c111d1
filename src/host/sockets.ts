import { createServer, isIPv6, type Server } from "node:net";
import type {
  ConnectionTaker,
  DatagramSocket,
  DatagramTaker,
  Listener,
  SocketAddress,
  SocketOpener,
} from "#base";
import { assert } from "#base";
import { connectionOf } from "./connection.ts";

/** Receive buffer asked of the kernel: bursts of queries wait in it rather than being dropped. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** The kernel's own sockets. */
export const realSockets: SocketOpener = { listenTcp, bindUdp };

async function listenTcp(local: SocketAddress, take: ConnectionTaker): Promise<Listener> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    take(connectionOf(socket), {
      address: socket.remoteAddress ?? "",
      port: socket.remotePort ?? 0,
    });
  });
  await listening(server, local);
  return {
    local: localOf(server),
    // Open connections belong to those who took them.
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

function listening(server: Server, local: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: local.address, port: local.port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function localOf(server: Server): SocketAddress {
  const bound = server.address();
  assert(bound !== null && typeof bound === "object", "a listening TCP server has an address");
  return { address: bound.address, port: bound.port };
}

async function bindUdp(local: SocketAddress, take: DatagramTaker): Promise<DatagramSocket> {
  // Loaded when it is needed, as few commands do.
  const { createSocket } = await import("node:dgram");
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: isIPv6(local.address) ? "udp6" : "udp4",
      recvBufferSize: receiveBufferBytes,
    });
    socket.once("error", reject);
    socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
      socket.off("error", reject);
      // Later errors are unreachable peers and the like: a datagram was lost, as they may be.
      socket.on("error", () => {});
      const { address, port } = socket.address();
      const bound: DatagramSocket = {
        local: { address, port },
        // The callback takes the error of an unreachable peer, which would be an event otherwise.
        send: (bytes, to) => socket.send(bytes, to.port, to.address, () => {}),
        [Symbol.asyncDispose]: () => new Promise((closed) => socket.close(() => closed())),
      };
      socket.on("message", (bytes, from) => take(bytes, from, bound));
      resolve(bound);
    });
  });
}
