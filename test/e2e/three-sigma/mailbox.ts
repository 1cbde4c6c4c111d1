/** A mail server that takes every letter. */
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  /** Its lines, as people read them. */
  readonly text: string;
}

export class Mailbox implements AsyncDisposable {
  readonly letters: Letter[] = [];
  readonly #server: SMTPServer;

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    const { promise, resolve } = Promise.withResolvers<void>();
    mailbox.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return mailbox;
  }

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onData: (stream, session, done) => {
        void text(stream).then((letter) => {
          const to = session.envelope.rcptTo.map(({ address }) => address).join(" ");
          this.letters.push(letterOf(to, letter));
          done();
        });
      },
    });
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

function letterOf(to: string, letter: string): Letter {
  const plain = letter
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([\dA-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  const [, subject = ""] = /^Subject: (.*)\r$/m.exec(letter) ?? [];
  return { to, subject, text: plain };
}
