import { connect, type NetConnectOpts, type Socket } from "node:net";
import type { ClearConnection, Connection, Dialer, SecureDialer } from "#base";
import { connectTls } from "./client-tls.ts";
import { connectionOf } from "./connection.ts";

/** Connects by the kernel's sockets. The signal ends the attempt only; a connection lives on. */
export const realDialer: Dialer = {
  connectTcp: (host, port, signal) =>
    dial({ host, port, noDelay: true, allowHalfOpen: true }, `${host}:${port}`, signal),
  connectUnix: (path, signal) => dial({ path, allowHalfOpen: true }, path, signal),
};

/** How long a server may take to shake hands. */
const handshakeTimeoutMs = 10_000;

/** The same, with TLS from the beginning or from some point on. */
export const realSecureDialer: SecureDialer = {
  connectClear: async (host, port, signal) => {
    const options = { host, port, noDelay: true, allowHalfOpen: true };
    return clearConnectionOf(await open(options, `${host}:${port}`, signal));
  },
  connectTls: async ({ host, port }, tls, signal) => {
    const target = { host, port, tls, protocols: [] };
    return connectionOf(await connectTls(target, handshakeTimeoutMs, signal));
  },
};

function clearConnectionOf(socket: Socket): ClearConnection {
  return {
    ...connectionOf(socket),
    startTls: async (host, tls, signal) => {
      const target = { host, port: socket.remotePort ?? 0, tls, protocols: [], over: socket };
      return connectionOf(await connectTls(target, handshakeTimeoutMs, signal));
    },
  };
}

async function dial(
  options: NetConnectOpts,
  target: string,
  signal: AbortSignal,
): Promise<Connection> {
  return connectionOf(await open(options, target, signal));
}

function open(options: NetConnectOpts, target: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect(options);
    const settle = () => signal.removeEventListener("abort", onAbort);
    const onAbort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const onError = (error: Error) => {
      settle();
      reject(new Error(`connecting to ${target}: ${error.message}`, { cause: error }));
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      settle();
      socket.off("error", onError);
      resolve(socket);
    });
  });
}
