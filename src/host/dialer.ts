import { connect, type NetConnectOpts } from "node:net";
import type { Connection, Dialer } from "#base";
import { connectionOf } from "./connection.ts";

/** Connects by the kernel's sockets. The signal ends the attempt only; a connection lives on. */
export const realDialer: Dialer = {
  connectTcp: (host, port, signal) =>
    dial({ host, port, noDelay: true, allowHalfOpen: true }, `${host}:${port}`, signal),
  connectUnix: (path, signal) => dial({ path, allowHalfOpen: true }, path, signal),
};

function dial(options: NetConnectOpts, target: string, signal: AbortSignal): Promise<Connection> {
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
      resolve(connectionOf(socket));
    });
  });
}
