/**
 * Load files. YAML says everything:
 *
 *     shape: linear            # or steps
 *     noise: 0.05
 *     points:
 *       - {at: 0h, requests: 120}
 *       - {at: 9h, requests: 900, queue: 40}
 *     service: {cpuPerRequest: 8m, startup: 20s, capacity: 500m, slo: 0.8}
 *
 * CSV says the points alone: a header `time,requests,queue`, and a line for each point. `requests` are
 * requests a second, `cpu` cores; every other column is a metric under its own name.
 */

import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  parseDuration,
  parseQuantity,
  parseTime,
  parseYaml,
  valueAt,
  ValueError,
} from "#api";
import { scalarText } from "../scalar-text.ts";
import { type LoadPoint, type LoadShape, spanMsMax } from "./load-track.ts";
import { type ServiceModel, withoutGaps } from "./service-model.ts";

export interface LoadFile {
  readonly shape: LoadShape;
  /** As far as the file says. */
  readonly service: Partial<ServiceModel>;
}

/** A load file that cannot be used, and why. */
export class LoadFileError extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.name = "LoadFileError";
  }
}

const pointsMax = 1_000_000;

/** Reads a load file; CSV when its first line has a comma and begins with `time`. Throws LoadFileError. */
export function parseLoad(text: string): LoadFile {
  try {
    const isTable = /^\s*"?time"?\s*,/i.test(text.slice(0, 100));
    return isTable ? fromTable(text) : fromDocument(text);
  } catch (error) {
    if (error instanceof ValueError) throw new LoadFileError(error.message, { cause: error });
    throw error;
  }
}

function fromTable(text: string): LoadFile {
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => /\S/.test(line));
  const [, ...names] = cellsOf(header);
  const rows = lines.filter((line) => !line.startsWith("#"));
  const points = rows.map((line, index) => {
    const [time = "", ...cells] = cellsOf(line);
    const values = names.flatMap((name, column) => {
      const cell = cells[column] ?? "";
      return cell === "" ? [] : [[name, numberOf(cell, `${name} of point ${index + 1}`)] as const];
    });
    return { time, values: Object.fromEntries(values) };
  });
  return {
    shape: { points: inOrder(points), interpolation: "linear", noise: 0 },
    service: {},
  };
}

function cellsOf(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

const documentFields = ["shape", "noise", "points", "service"];

function fromDocument(text: string): LoadFile {
  const [found] = parseYaml(text).map(({ value }) => value);
  if (!isJsonObject(found)) throw new LoadFileError("a load file is a mapping with points");
  refuseOthers(found, documentFields, "a load file");
  const shape = valueAt(found, "shape") ?? "linear";
  if (shape !== "linear" && shape !== "steps") {
    throw new LoadFileError(`shape must be linear or steps, not ${JSON.stringify(shape)}`);
  }
  const noise = numberOf(valueAt(found, "noise") ?? 0, "noise");
  if (noise < 0 || noise > 1) throw new LoadFileError(`noise must be from 0 to 1, not ${noise}`);
  const points = listAt(found, "points").map((point, index) => {
    if (!isJsonObject(point)) throw new LoadFileError(`point ${index + 1} must be a mapping`);
    const { at, ...values } = point;
    const numbers = Object.entries(values).map(
      ([name, value]) => [name, numberOf(value, `${name} of point ${index + 1}`)] as const,
    );
    return {
      time: at === undefined ? "" : scalarText(at, `time of point ${index + 1}`),
      values: Object.fromEntries(numbers),
    };
  });
  return {
    shape: { points: inOrder(points), interpolation: shape, noise },
    service: serviceOf(objectAt(found, "service")),
  };
}

interface WrittenPoint {
  readonly time: string;
  readonly values: Readonly<Record<string, number>>;
}

function inOrder(written: readonly WrittenPoint[]): readonly LoadPoint[] {
  if (written.length === 0) throw new LoadFileError("a load needs at least one point");
  if (written.length > pointsMax) throw new LoadFileError(`at most ${pointsMax} points`);
  const times = written.map(({ time }, index) => timeOf(time, index));
  const startMs = isMoment(written[0]?.time ?? "") ? (times[0] ?? 0) : 0;
  const points = written.map(({ values }, index) => ({
    atMs: (times[index] ?? 0) - startMs,
    values,
  }));
  for (const [index, { atMs }] of points.entries()) {
    const beforeMs = points[index - 1]?.atMs ?? 0;
    if (atMs < beforeMs) throw new LoadFileError(`point ${index + 1} is before the one above it`);
  }
  const spanMs = points.at(-1)?.atMs ?? 0;
  if (spanMs > spanMsMax) throw new LoadFileError("a load may span 31 days at most");
  return points;
}

function isMoment(time: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(time);
}

/** `90`, `1h30m`, `13:05`, `13:05:10`, `2026-01-01T13:05:00Z`; in milliseconds. */
function timeOf(time: string, index: number): number {
  if (/^\d+(?:\.\d+)?$/.test(time)) return Number(time) * 1000;
  if (isMoment(time)) return parseTime(time);
  const clock = /^(\d{1,3}):(\d\d)(?::(\d\d))?$/.exec(time);
  if (clock !== null) {
    const [, hours, minutes, seconds = "0"] = clock;
    return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  }
  if (time === "") throw new LoadFileError(`point ${index + 1} does not say when`);
  return parseDuration(time);
}

const serviceFields = [
  "cpuPerRequest",
  "idleCpu",
  "capacity",
  "memory",
  "memoryPerRequest",
  "startup",
  "shutdown",
  "slo",
  "container",
];

function serviceOf(written: JsonObject): Partial<ServiceModel> {
  refuseOthers(written, serviceFields, "service");
  const millis = (name: string) => amountOf(written, name, 1e6);
  const bytes = (name: string) => amountOf(written, name, 1e9);
  const durationMs = (name: string) => {
    const value = valueAt(written, name);
    return value === undefined ? undefined : parseDuration(scalarText(value, name));
  };
  const slo = valueAt(written, "slo");
  const container = valueAt(written, "container");
  return withoutGaps({
    cpuMillisPerRequest: millis("cpuPerRequest"),
    idleCpuMillis: millis("idleCpu"),
    capacityMillis: millis("capacity"),
    memoryBytes: bytes("memory"),
    memoryBytesPerRequest: bytes("memoryPerRequest"),
    startupMs: durationMs("startup"),
    shutdownMs: durationMs("shutdown"),
    sloUtilization: slo === undefined ? undefined : parseShare(scalarText(slo, "slo")),
    container: container === undefined ? undefined : scalarText(container, "container"),
  });
}

/** `0.8` or `80%`. */
export function parseShare(text: string): number {
  const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (share > 0 && share <= 1) return share;
  throw new LoadFileError(`the objective must be above 0 and at most 1 or 100%, not ${text}`);
}

function amountOf(written: JsonObject, name: string, nanosPerUnit: number): number | undefined {
  const value = valueAt(written, name);
  if (value === undefined) return undefined;
  const amount = Number(parseQuantity(scalarText(value, name)).nanos) / nanosPerUnit;
  if (amount < 0) throw new LoadFileError(`${name} must not be negative`);
  return amount;
}

function numberOf(value: JsonValue | undefined, what: string): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number < 0) {
    throw new LoadFileError(
      `${what} must be a number that is not negative, not ${JSON.stringify(value)}`,
    );
  }
  return number;
}

function refuseOthers(written: JsonObject, known: readonly string[], where: string): void {
  const other = Object.keys(written).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new LoadFileError(`${where} has no field "${other}"; there are: ${known.join(", ")}`);
}
