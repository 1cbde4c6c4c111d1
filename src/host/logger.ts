import { closeSync, openSync, writeSync } from "node:fs";
import { type Clock, describeError, type LogFields, type Logger } from "#base";
import { codeOf } from "./error-code.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

const rankOf: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Lines wait until this many bytes or the end of the event loop's turn, whichever comes first. */
const pendingCharsMax = 64 * 1024;

export interface LogOptions {
  /** A file to append to, or our standard output. */
  readonly target: { readonly file: string } | "stdout";
  /** The lowest level that is written. */
  readonly level: LogLevel;
}

/** A logger that must be disposed of, which writes what waits. */
export interface OpenLogger extends Logger, Disposable {}

/**
 * Writes one JSON object a line: `time`, `level`, `message`, `error`, and the fields as given.
 * Lines of one turn of the event loop are written together, and before the process exits.
 */
export function openLogger(clock: Clock, options: LogOptions): OpenLogger {
  const sink = openSink(options.target);
  return {
    ...loggerOf({ clock, sink, rankMin: rankOf[options.level] }, ""),
    [Symbol.dispose]: () => sink.close(),
  };
}

interface Sink {
  write(line: string): void;
  close(): void;
}

interface LogDeps {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly rankMin: number;
}

/** `fixed` are the fields of all lines of this logger, encoded: `,"component":"scheduler"`. */
function loggerOf(deps: LogDeps, fixed: string): Logger {
  const write = (level: LogLevel, message: string, rest: string) => {
    if (rankOf[level] < deps.rankMin) return;
    const time = new Date(deps.clock.nowMs()).toISOString();
    const text = JSON.stringify(message);
    deps.sink.write(`{"time":"${time}","level":"${level}","message":${text}${fixed}${rest}}\n`);
  };
  return {
    debug: (message, fields) => write("debug", message, encodeFields(fields)),
    info: (message, fields) => write("info", message, encodeFields(fields)),
    warn: (message, fields) => write("warn", message, encodeFields(fields)),
    error: (message, error, fields) =>
      write("error", message, encodeFields({ error: describeError(error), ...fields })),
    child: (fields) => loggerOf(deps, fixed + encodeFields(fields)),
  };
}

function encodeFields(fields: LogFields | undefined): string {
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text;
}

function openSink(target: LogOptions["target"]): Sink {
  const descriptor = target === "stdout" ? 1 : openSync(target.file, "a", 0o600);
  let pending = "";
  let turn: NodeJS.Immediate | undefined;
  const flush = () => {
    if (turn !== undefined) clearImmediate(turn);
    turn = undefined;
    const text = pending;
    pending = "";
    writeAll(descriptor, text);
  };
  process.on("exit", flush);
  return {
    write(line) {
      pending += line;
      if (pending.length >= pendingCharsMax) flush();
      else turn ??= setImmediate(flush);
    },
    close() {
      flush();
      process.off("exit", flush);
      if (target !== "stdout") closeSync(descriptor);
    },
  };
}

/** Writes as much as is taken. A log that cannot be written must not stop what it tells about. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      // A full pipe is tried again: nobody else can empty it while we wait for a later turn.
      if (codeOf(error) !== "EAGAIN") return;
    }
  }
}
