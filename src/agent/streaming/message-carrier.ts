import type { Connection } from "#base";
import { closeCodes, type WebSocket } from "#http";

/**
 * Copies bytes between the binary messages of a WebSocket and a connection until either ends; then
 * closes both. Never rejects: what broke is told to the client as the WebSocket's end, and nobody
 * else waits for it.
 */
export async function carryInMessages(socket: WebSocket, connection: Connection): Promise<void> {
  await using ownedSocket = socket;
  await using ownedConnection = connection;
  const up = async () => {
    for await (const { bytes } of ownedSocket.messages) await ownedConnection.send(bytes);
    await ownedConnection.finish();
  };
  const down = async () => {
    for await (const bytes of ownedConnection.received) {
      await ownedSocket.send({ kind: "binary", bytes });
    }
    await ownedSocket.close(closeCodes.normal, "");
  };
  // Closing either side makes the other loop end, with or without an error.
  const end = async (copying: Promise<void>) => {
    await copying.catch(() => {});
    await ownedConnection[Symbol.asyncDispose]();
    await ownedSocket.close(closeCodes.normal, "").catch(() => {});
  };
  await Promise.all([end(up()), end(down())]);
}
