import { closeSync, openSync, writeSync } from "node:fs";
import { type Clock, describeError, type LogFields, type Logger, quoteGo } from "#base";
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
  /** How lines are laid out: as JSON objects, or as `name=value` with quotes where these are needed. */
  readonly format: LogFormat;
}

type LogFormat = "json" | "logfmt";

/** A logger that must be disposed of, which writes what waits. */
export interface OpenLogger extends Logger, Disposable {}

/**
 * Writes one line a message: `time`, `level`, the message, `error`, and the fields as given. Lines of one turn of the event loop are written together, and before the process exits.
 */
export function openLogger(clock: Clock, options: LogOptions): OpenLogger {
  const sink = openSink(options.target);
  return {
    ...loggerOf(
      { clock, sink, rankMin: rankOf[options.level], layout: layouts[options.format] },
      "",
    ),
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
  readonly layout: Layout;
}

/** How a line is put together. */
interface Layout {
  /** `fields` is what `field` gave for each, in a row. */
  line(time: string, level: LogLevel, message: string, fields: string): string;
  field(name: string, value: string | number | boolean): string;
}

const layouts: Readonly<Record<LogFormat, Layout>> = {
  json: {
    line: (time, level, message, fields) =>
      `{"time":"${time}","level":"${level}","message":${JSON.stringify(message)}${fields}}\n`,
    field: (name, value) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  },
  // As Go's `slog` lays lines out, which upstream writes.
  logfmt: {
    line: (time, level, message, fields) =>
      `time=${time} level=${level.toUpperCase()} msg=${logfmtText(message)}${fields}\n`,
    field: (name, value) => ` ${logfmtText(name)}=${logfmtText(String(value))}`,
  },
};

/** In quotes when it could be misread without. */
function logfmtText(text: string): string {
  const isPlain = /^[^\s"=\p{C}]+$/u.test(text);
  return isPlain ? text : quoteGo(text);
}

/** `fixed` are the fields of all lines of this logger, laid out. */
function loggerOf(deps: LogDeps, fixed: string): Logger {
  const { clock, sink, rankMin, layout } = deps;
  const write = (level: LogLevel, message: string, rest: string) => {
    if (rankOf[level] < rankMin) return;
    const time = new Date(clock.nowMs()).toISOString();
    sink.write(layout.line(time, level, message, fixed + rest));
  };
  const encode = (fields: LogFields | undefined) => encodeFields(layout, fields);
  return {
    debug: (message, fields) => write("debug", message, encode(fields)),
    info: (message, fields) => write("info", message, encode(fields)),
    warn: (message, fields) => write("warn", message, encode(fields)),
    error: (message, error, fields) =>
      write("error", message, encode({ error: describeError(error), ...fields })),
    child: (fields) => loggerOf(deps, fixed + encode(fields)),
  };
}

function encodeFields(layout: Layout, fields: LogFields | undefined): string {
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += layout.field(name, value);
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
