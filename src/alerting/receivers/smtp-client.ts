/**
 * One conversation with a mail server: greeting, TLS, credentials, one letter (RFC 5321, 3207, 4954).
 * A server that says no, or nothing that can be understood, is a `SmtpError`.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { ClearConnection, ClientTls, Connection } from "#base";

export class SmtpError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SmtpError";
  }
}

export interface SmtpCredentials {
  readonly username: string;
  readonly password: string;
  /** On whose behalf; empty for one's own. */
  readonly identity: string;
  /** For CRAM-MD5. */
  readonly secret: string;
}

interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** A reply of more lines, or a longer one, is no reply. */
const replyLinesMax = 100;
const replyBytesMax = 64 * 1024;

export class SmtpClient {
  #connection: Connection;
  #reader: LineReader;
  #extensions: ReadonlyMap<string, string> = new Map();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#reader = new LineReader(connection);
  }

  /** What the server offers besides letters: `AUTH` with `PLAIN LOGIN`. */
  extension(name: string): string | undefined {
    return this.#extensions.get(name);
  }

  /** Waits for the greeting, and introduces ourselves. */
  async begin(hello: string): Promise<void> {
    await this.#expect(220);
    await this.hello(hello);
  }

  async hello(name: string): Promise<void> {
    checkLine(name);
    await this.#send(`EHLO ${name}`);
    const reply = await this.#read();
    if (reply.code === 250) {
      this.#extensions = extensionsOf(reply.lines.slice(1));
      return;
    }
    // Servers older than extensions know only this.
    await this.#command(`HELO ${name}`, 250);
  }

  /** Goes on under TLS, where nothing holds that was said before. */
  async startTls(
    connection: ClearConnection,
    server: { readonly host: string; readonly tls: ClientTls; readonly hello: string },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#command("STARTTLS", 220);
    await this.#reader.release();
    this.#connection = await connection.startTls(server.host, server.tls, signal);
    this.#reader = new LineReader(this.#connection);
    await this.hello(server.hello);
  }

  /** By the first way of the server's that there are credentials for. */
  async authenticate(credentials: SmtpCredentials): Promise<void> {
    const problems: string[] = [];
    for (const mechanism of (this.extension("AUTH") ?? "").split(" ")) {
      const problem = mechanismProblem(mechanism, credentials);
      if (problem === undefined) return await this.#authenticateBy(mechanism, credentials);
      problems.push(problem);
    }
    throw new SmtpError(`find auth mechanism: ${problems.join("\n")}`);
  }

  /** Sends a letter. `lines` end with CR LF. */
  async send(letter: {
    readonly from: string;
    readonly to: readonly string[];
    readonly text: string;
  }): Promise<void> {
    const { from, to, text } = letter;
    const size = this.#extensions.has("8BITMIME") ? " BODY=8BITMIME" : "";
    checkLine(from);
    await this.#step("send MAIL command", () => this.#command(`MAIL FROM:<${from}>${size}`, 250));
    for (const address of to) {
      checkLine(address);
      await this.#step("send RCPT command", () => this.#command(`RCPT TO:<${address}>`, 250, 251));
    }
    await this.#step("send DATA command", () => this.#command("DATA", 354));
    // A line that is a dot alone would end the letter.
    const stuffed = text.replace(/^\./gm, "..");
    await this.#write(stuffed.endsWith("\r\n") ? stuffed : `${stuffed}\r\n`);
    await this.#step("delivery failure", () => this.#command(".", 250));
  }

  /** Takes leave. What goes wrong with that matters to nobody. */
  async quit(): Promise<void> {
    try {
      await this.#command("QUIT", 221);
    } catch {
      // The letter is delivered, or has failed before.
    }
    await this.#connection[Symbol.asyncDispose]();
  }

  async #authenticateBy(mechanism: string, credentials: SmtpCredentials): Promise<void> {
    const { username, password, identity, secret } = credentials;
    if (mechanism === "PLAIN") {
      const initial = base64Of(`${identity}\u0000${username}\u0000${password}`);
      await this.#step("plain auth", () => this.#command(`AUTH PLAIN ${initial}`, 235));
    } else if (mechanism === "LOGIN") {
      await this.#step("login auth", async () => {
        await this.#command("AUTH LOGIN", 334);
        await this.#command(base64Of(username), 334);
        await this.#command(base64Of(password), 235);
      });
    } else {
      await this.#step("cram-md5 auth", async () => {
        const challenge = await this.#command("AUTH CRAM-MD5", 334);
        const text = atob(challenge.lines[0] ?? "");
        const key = new TextEncoder().encode(secret);
        const digest = bytesToHex(hmac(md5, key, new TextEncoder().encode(text)));
        await this.#command(base64Of(`${username} ${digest}`), 235);
      });
    }
  }

  async #step<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SmtpError)) throw error;
      throw new SmtpError(`${what}: ${error.message}`);
    }
  }

  async #command(line: string, ...codes: readonly number[]): Promise<Reply> {
    await this.#send(line);
    return await this.#expect(...codes);
  }

  async #expect(...codes: readonly number[]): Promise<Reply> {
    const reply = await this.#read();
    if (codes.includes(reply.code)) return reply;
    throw new SmtpError(`${reply.code} ${reply.lines.join("\n")}`);
  }

  async #read(): Promise<Reply> {
    const lines: string[] = [];
    for (let count = 0; count < replyLinesMax; count++) {
      const line = await this.#reader.next();
      const found = /^([0-9]{3})([ -]?)(.*)$/.exec(line);
      if (found === null) throw new SmtpError(`short response: ${line.slice(0, 100)}`);
      lines.push(found[3] ?? "");
      if (found[2] !== "-") return { code: Number(found[1]), lines };
    }
    throw new SmtpError("the reply does not end");
  }

  #send(line: string): Promise<void> {
    return this.#write(`${line}\r\n`);
  }

  #write(text: string): Promise<void> {
    return this.#connection.send(new TextEncoder().encode(text));
  }
}

/** What arrives, line by line. */
class LineReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #buffered = "";

  constructor(connection: Connection) {
    this.#chunks = connection.received[Symbol.asyncIterator]();
  }

  async next(): Promise<string> {
    let end = this.#buffered.indexOf("\n");
    while (end < 0) {
      if (this.#buffered.length > replyBytesMax) throw new SmtpError("the reply is too long");
      const { done, value } = await this.#chunks.next();
      if (done === true) throw new SmtpError("EOF");
      this.#buffered += this.#decoder.decode(value, { stream: true });
      end = this.#buffered.indexOf("\n");
    }
    const line = this.#buffered.slice(0, end).replace(/\r$/, "");
    this.#buffered = this.#buffered.slice(end + 1);
    return line;
  }

  /** Leaves the connection to another reader. What was said too early in the clear is a trick. */
  async release(): Promise<void> {
    if (this.#buffered !== "") throw new SmtpError("the server spoke before TLS began");
    await this.#chunks.return?.();
  }
}

function extensionsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [name = "", ...rest] = line.split(/[ =]/);
      return [name.toUpperCase(), rest.join(" ")] as const;
    }),
  );
}

function mechanismProblem(mechanism: string, credentials: SmtpCredentials): string | undefined {
  switch (mechanism) {
    case "CRAM-MD5":
      return credentials.secret === "" ? "missing secret for CRAM-MD5 auth mechanism" : undefined;
    case "PLAIN":
    case "LOGIN":
      return credentials.password === ""
        ? `missing password for ${mechanism} auth mechanism`
        : undefined;
    default:
      return `unknown auth mechanism: ${mechanism}`;
  }
}

/** Nobody can smuggle a command into an address. */
function checkLine(text: string): void {
  if (/[\r\n]/.test(text)) throw new SmtpError("smtp: A line must not contain CR or LF");
}

function base64Of(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}
