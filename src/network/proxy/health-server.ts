import type { Connection, Listener, Logger, SocketOpener } from "#base";
import { formatHealthAnswer, type HealthAnswer } from "./health-answer.ts";

export interface HealthServerDeps {
  readonly sockets: Pick<SocketOpener, "listenTcp">;
  readonly log: Logger;
}

/** A request's head must fit: balancers send a line or two. */
const headBytesMax = 8 * 1024;

/** Listens on the health ports of services, and only on those that are wanted now. */
export class HealthServer implements AsyncDisposable {
  readonly #deps: HealthServerDeps;
  readonly #address: string;
  readonly #listeners = new Map<number, Listener>();
  #answers: ReadonlyMap<number, HealthAnswer> = new Map();

  /** Answers on `address`, the node's. */
  constructor(deps: HealthServerDeps, address: string) {
    this.#deps = deps;
    this.#address = address;
  }

  /** From now on answers exactly the ports of `answers`. */
  async apply(answers: ReadonlyMap<number, HealthAnswer>): Promise<void> {
    this.#answers = answers;
    for (const [port, listener] of this.#listeners) {
      if (answers.has(port)) continue;
      this.#listeners.delete(port);
      await listener[Symbol.asyncDispose]();
    }
    for (const port of answers.keys()) if (!this.#listeners.has(port)) await this.#listen(port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.apply(new Map());
  }

  async #listen(port: number): Promise<void> {
    const local = { address: this.#address, port };
    const take = (connection: Connection) => {
      this.#answer(connection, port).catch((error: unknown) =>
        this.#deps.log.debug("health check broke off", { port, reason: String(error) }),
      );
    };
    try {
      this.#listeners.set(port, await this.#deps.sockets.listenTcp(local, take));
    } catch (error) {
      // The port is somebody else's: the service works without, and a later change tries again.
      this.#deps.log.error("health port not served", error, { port });
    }
  }

  async #answer(connection: Connection, port: number): Promise<void> {
    await using _ = connection;
    let head = "";
    for await (const bytes of connection.received) {
      head += new TextDecoder("latin1").decode(bytes);
      if (head.length > headBytesMax) return;
      if (head.includes("\r\n\r\n")) break;
    }
    const answer = this.#answers.get(port);
    if (answer === undefined) return;
    await connection.send(new TextEncoder().encode(formatHealthAnswer(answer)));
    await connection.finish();
  }
}
