/**
 * A program inside a test's network namespace that serves and asks as told, a JSON line at a time.
 * `network-namespace.ts` starts it: it speaks through the kernel's real packet path.
 */
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { decode, encode } from "dns-packet";

export interface PeerOrder {
  readonly id: number;
  readonly action: "serve" | "ask";
  /** `names` is DNS over UDP. */
  readonly protocol: "tcp" | "udp" | "names";
  readonly address: string;
  readonly port: number;
  /**
   * Of `serve`: the first word of each answer; the second is who asked. With `names`, of `serve`: the
   * one name that is known and its address; of `ask`: the name to look up.
   */
  readonly name?: string;
  /** Of `ask`: how many connections, one after the other. */
  readonly count?: number;
  /** Of `ask` by UDP: the port to ask from, so that all packets are one flow. */
  readonly fromPort?: number;
}

const askTimeoutMs = 1_500;

function serve(order: PeerOrder): Promise<void> {
  if (order.protocol === "names") return serveNames(order);
  return order.protocol === "tcp" ? serveTcp(order) : serveUdp(order);
}

function serveTcp({ address, port, name }: PeerOrder): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`${name} ${socket.remoteAddress}`);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve());
  });
}

function serveUdp({ address, port, name }: PeerOrder): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (_, from) =>
    socket.send(`${name} ${from.address}`, from.port, from.address),
  );
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, resolve);
  });
}

/** A DNS server that knows one name. */
function serveNames({ address, port, name: known = "" }: PeerOrder): Promise<void> {
  const [name = "", data = ""] = known.split(" ");
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    const { id = 0, questions = [] } = decode(bytes);
    const isKnown = questions[0]?.name === name && questions[0].type === "A";
    const answers = isKnown ? [{ type: "A" as const, name, ttl: 60, data }] : [];
    const flags = isKnown ? 0 : 3;
    const response = encode({ type: "response", id, flags, questions, answers });
    socket.send(response, from.port, from.address);
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, resolve);
  });
}

/** The addresses of a name, or the error's code. */
async function askNames({ address, port, name = "" }: PeerOrder): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: askTimeoutMs, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  return resolver.resolve4(name).catch((error: NodeJS.ErrnoException) => [error.code ?? "error"]);
}

async function ask(order: PeerOrder): Promise<readonly string[]> {
  if (order.protocol === "names") return askNames(order);
  const answers: string[] = [];
  for (let index = 0; index < (order.count ?? 1); index++) {
    answers.push(await (order.protocol === "tcp" ? askTcp(order) : askUdp(order)));
  }
  return answers;
}

/** The answer, or what came instead: an error's code, or `timeout`. */
function askTcp({ address, port }: PeerOrder): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: address, port, timeout: askTimeoutMs });
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("end", () => resolve(text));
    socket.on("timeout", () => socket.destroy(Object.assign(new Error(), { code: "timeout" })));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
  });
}

function askUdp({ address, port, fromPort = 0 }: PeerOrder): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const finish = (text: string) => {
      clearTimeout(timer);
      socket.close(() => resolve(text));
    };
    const timer = setTimeout(() => finish("timeout"), askTimeoutMs);
    socket.once("message", (bytes) => finish(bytes.toString("utf8")));
    socket.once("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    socket.bind(fromPort, () => socket.connect(port, address, () => socket.send("?")));
  });
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as PeerOrder;
    const answers = order.action === "serve" ? await serve(order) : await ask(order);
    process.stdout.write(`${JSON.stringify({ id: order.id, answers: answers ?? [] })}\n`);
  }
  process.exit();
}
