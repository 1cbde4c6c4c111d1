import type { Socket } from "node:net";

/** Connections beyond the limit that may wait; the kernel's queue would not hold more either. */
const waitingMax = 4_096;

/**
 * How many connections are served at the same time, over all servers that share it. Others wait, as
 * they would if nobody had accepted them yet, and are served when one ends.
 */
export class ConnectionLimit {
  readonly #servedMax: number;
  readonly #waiting = new Map<Socket, () => void>();
  #served = 0;

  constructor(servedMax: number) {
    this.#servedMax = servedMax;
  }

  /** Calls `serve` when it is the connection's turn; never when it ends before. */
  admit(socket: Socket, serve: () => void): void {
    if (this.#served < this.#servedMax) {
      this.#serve(socket, serve);
      return;
    }
    if (this.#waiting.size >= waitingMax) {
      socket.destroy();
      return;
    }
    this.#waiting.set(socket, serve);
    socket.once("close", () => this.#waiting.delete(socket));
    // Broken while it waits: the event that follows is enough.
    socket.once("error", () => {});
  }

  #serve(socket: Socket, serve: () => void): void {
    this.#served++;
    socket.once("close", () => this.#leave());
    serve();
  }

  /** The place goes to the connection that has waited longest. */
  #leave(): void {
    this.#served--;
    const next = this.#waiting.entries().next();
    if (next.done === true) return;
    const [socket, serve] = next.value;
    this.#waiting.delete(socket);
    this.#serve(socket, serve);
  }
}
