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
