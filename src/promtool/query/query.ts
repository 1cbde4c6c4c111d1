/** `promtool query`: asks a server, and prints what it answers. */
import { UsageError } from "../command-line/usage-error.ts";
import { formatJson, formatLabelSet, formatValue, formatValueJson } from "../http/print-value.ts";
import {
  type ApiAnswer,
  ApiError,
  openServerApi,
  type QueryRange,
  type ServerApi,
  type TimeSpan,
} from "../http/server-api.ts";
import type { Server } from "../http/client.ts";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";
import { parseTime, TimeError } from "../time.ts";

export interface QueryContext {
  readonly server: Server;
  readonly headers: ReadonlyMap<string, string>;
  readonly format: "promql" | "json";
  readonly surroundings: Surroundings;
}

/** Empty texts leave an end of the range open. */
interface WrittenSpan {
  readonly start: string;
  readonly end: string;
}

export async function queryInstant(
  expr: string,
  time: string,
  context: QueryContext,
): Promise<number> {
  const { clock } = context.surroundings;
  return reporting(context, async () => {
    const timeMs = time === "" ? clock.nowMs() : readTime(time, "evaluation");
    return ask(context, async (api) => {
      const { value } = await api.query(expr, timeMs);
      return [context.format === "json" ? formatValueJson(value) : formatValue(value)];
    });
  });
}

export async function queryRange(
  expr: string,
  written: WrittenSpan & { readonly stepMs: number },
  context: QueryContext,
): Promise<number> {
  return reporting(context, async () => {
    const range = readRange(written, context.surroundings.clock.nowMs());
    return ask(context, async (api) => {
      const { value } = await api.queryRange(expr, range);
      return [context.format === "json" ? formatValueJson(value) : formatValue(value)];
    });
  });
}

export async function querySeries(
  matchers: readonly string[],
  written: WrittenSpan,
  context: QueryContext,
): Promise<number> {
  return reporting(context, async () => {
    const span = readSpan(written, context.surroundings.clock.nowMs());
    return ask(context, async (api) => {
      const { value } = await api.series(matchers, span);
      if (context.format !== "json") return value.map(formatLabelSet);
      return [formatJson(value.map((labels) => Object.fromEntries(labels)))];
    });
  });
}

export async function queryLabels(
  { name, match }: { readonly name: string; readonly match: readonly string[] },
  written: WrittenSpan,
  context: QueryContext,
): Promise<number> {
  const { console, clock } = context.surroundings;
  return reporting(context, async () => {
    const span = readSpan(written, clock.nowMs());
    return ask(context, async (api) => {
      const { value, warnings }: ApiAnswer<readonly string[]> = await api.labelValues(
        name,
        match,
        span,
      );
      for (const warning of warnings) console.note(`query warning: ${warning}`);
      return context.format === "json" ? [formatJson(value)] : value;
    });
  });
}

/** Prints the lines that `act` gives, and says why when it fails. */
async function reporting(
  { surroundings: { console, signal } }: QueryContext,
  act: () => Promise<readonly string[]>,
): Promise<number> {
  try {
    for (const line of await act()) console.print(line);
    return exitSuccess;
  } catch (error) {
    // Whatever keeps the answer from coming is what the command has to tell.
    if (signal.aborted || error instanceof UsageError) throw error;
    console.note(error instanceof TimeError ? error.message : describeQueryFailure(error));
    return exitFailure;
  }
}

async function ask<T>(context: QueryContext, act: (api: ServerApi) => Promise<T>): Promise<T> {
  await using api = await openServerApi(context.server, context.surroundings, context.headers);
  return await act(api);
}

function describeQueryFailure(error: unknown): string {
  if (error instanceof ApiError && error.detail !== "") {
    return `query error: ${error.message} (detail: ${error.detail.trim()})`;
  }
  return `query error: ${problemOf(error)}`;
}

const minuteMs = 60_000;

function readRange(
  { start, end, stepMs }: WrittenSpan & { readonly stepMs: number },
  nowMs: number,
): QueryRange {
  const endMs = end === "" ? nowMs : readTime(end, "end");
  const startMs = start === "" ? endMs - 5 * minuteMs : readTime(start, "start");
  if (startMs >= endMs) throw new TimeError("start time is not before end time");
  // At most 250 steps when nothing is said.
  const resolutionS = Math.max(Math.floor((endMs - startMs) / 1_000 / 250), 1);
  return { startMs, endMs, stepMs: stepMs === 0 ? resolutionS * 1_000 : stepMs };
}

const openSpanMs = 9_999 * 3_600_000;

function readSpan({ start, end }: WrittenSpan, nowMs: number): TimeSpan {
  return {
    startMs: start === "" ? nowMs - openSpanMs : readTime(start, "start"),
    endMs: end === "" ? nowMs + openSpanMs : readTime(end, "end"),
  };
}

function readTime(text: string, what: "evaluation" | "start" | "end"): number {
  const timeMs = parseTime(text);
  if (timeMs !== undefined) return timeMs;
  throw new TimeError(
    `error parsing ${what} time: cannot parse ${JSON.stringify(text)} to a valid timestamp`,
  );
}
