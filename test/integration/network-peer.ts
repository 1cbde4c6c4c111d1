/**
 * A program inside a test's network namespace that serves and asks as told, a JSON line at a time.
 * `network-namespace.ts` starts it: it speaks through the kernel's real packet path.
 */
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

export interface PeerOrder {
  readonly id: number;
  readonly action: "serve" | "ask";
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** Of `serve`: the first word of each answer; the second is who asked. */
  readonly name?: string;
  /** Of `ask`: how many connections, one after the other. */
  readonly count?: number;
  /** Of `ask` by UDP: the port to ask from, so that all packets are one flow. */
  readonly fromPort?: number;
}

const askTimeoutMs = 1_500;

function serve(order: PeerOrder): Promise<void> {
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

async function ask(order: PeerOrder): Promise<readonly string[]> {
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
