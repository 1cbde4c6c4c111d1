/** The query of exec and attach requests, in the names that API servers use towards nodes. */
import type { ExecRequest, StreamChoice } from "../runtime.ts";
import { EndpointError } from "./endpoint-error.ts";

export function parseExec(query: URLSearchParams): ExecRequest {
  const command = query.getAll("command");
  if (command.length === 0) throw new EndpointError(400, "you must specify a command");
  return { ...parseStreams(query), command };
}

export function parseStreams(query: URLSearchParams): StreamChoice {
  const isOn = (name: string) => ["1", "true"].includes(query.get(name) ?? "");
  const streams = { stdin: isOn("input"), stdout: isOn("output"), stderr: isOn("error") };
  if (!streams.stdin && !streams.stdout && !streams.stderr) {
    throw new EndpointError(400, "you must specify at least 1 of stdin, stdout, stderr");
  }
  return { ...streams, tty: isOn("tty") };
}

/** Empty for clients that name the port of each connection when they open it. */
export function parsePorts(query: URLSearchParams): readonly number[] {
  return query
    .getAll("port")
    .flatMap((text) => text.split(","))
    .map(parsePort);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new EndpointError(400, `"${text}" is not a port`);
}
