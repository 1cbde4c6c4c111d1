/** A watch over a WebSocket, for browsers: one message for each event. */

import type { HttpResponse, ReceivedRequest, UpgradeResult } from "#base";
import { grantWebSocket, offeredProtocols, type WebSocket } from "#http";

/** The client has nothing to say but that it goes. */
const clientMessageBytesMax = 4 * 1024;
const normalClosure = 1_000;
const newline = 0x0a;
/** A browser that cannot set headers sends its token under this name; it is not to be echoed. */
const tokenProtocol = /^base64url\.bearer\.authorization\.k8s\.io\./;

/** Carries the frames of a watch, which is the response, in messages. */
export function watchOverSocket(
  request: ReceivedRequest,
  response: HttpResponse,
  leave: () => void,
): UpgradeResult {
  const protocol = offeredProtocols(request).find((offered) => !tokenProtocol.test(offered));
  const { answer, socket } = grantWebSocket(request, protocol, clientMessageBytesMax);
  void sendEvents(socket, response).finally(leave);
  void readUntilClosed(socket, leave);
  return answer;
}

async function sendEvents(socket: WebSocket, { body }: HttpResponse): Promise<void> {
  try {
    if (body !== undefined && !(body instanceof Uint8Array)) {
      for await (const chunk of body) await sendLines(socket, chunk);
    }
    await socket.close(normalClosure, "");
  } catch {
    // The browser has gone; there is nobody left to tell.
  }
}

/** Every event is one line, and a chunk holds whole lines only. */
async function sendLines(socket: WebSocket, chunk: Uint8Array): Promise<void> {
  let start = 0;
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    await socket.send({ kind: "text", bytes: chunk.subarray(start, end) });
    start = end + 1;
  }
}

async function readUntilClosed(socket: WebSocket, leave: () => void): Promise<void> {
  try {
    for await (const _message of socket.messages);
  } catch {
    // Whatever it sent that is no message of the protocol: the watch ends.
  }
  leave();
}
