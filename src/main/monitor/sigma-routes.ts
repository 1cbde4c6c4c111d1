/**
 * Routes about sigma and burn-rate policies, which upstream does not have. What they tell is computed
 * from what is stored when somebody asks, by the same functions as "wherry sigma test".
 */
import type { Clock } from "#base";
import { answerOf, ApiError, type ApiRequest, type ApiRoute } from "#promapi";
import { PromqlError, QueryError } from "#promql";
import { dropLabels, formatSeries, type Labels, metricNameLabel } from "#series";
import {
  backTestPolicy,
  backTestView,
  burnRateLevels,
  type BurnRatePolicy,
  type BurnRateState,
  burnRateState,
  burnRateWindows,
  errorBudget,
  errorRatioExpr,
  type History,
  pageObstacles,
  type PolicyFile,
  readEvaluations,
  seriesBands,
  type SigmaPolicy,
} from "#sigma";
import type { PolicyVerdict } from "./sigma-policies.ts";

/** The policies in force, and what is known of them. */
interface SigmaSource {
  readonly history: History;
  readonly inForce: PolicyFile;
  findVerdict(policy: string): PolicyVerdict | undefined;
}

const nameOnly: ReadonlySet<string> = new Set([metricNameLabel]);

/** Paths of the pages that show these routes' answers. */
export const sigmaPages: readonly string[] = ["/sigma"];

/** A graph shows no more points than a wide screen has. */
const bandPointsMax = 720;

export function sigmaRoutes(source: SigmaSource, clock: Clock): readonly ApiRoute[] {
  const get = (pattern: string, serve: (asked: Asked) => unknown): ApiRoute => ({
    method: "GET",
    pattern: `/sigma/${pattern}`,
    serve: async (request, signal) => {
      try {
        return answerOf(await serve({ source, clock, request, signal }));
      } catch (error) {
        // An expression that cannot be evaluated is its owner's to mend, and no fault of ours.
        throw refusalOf(error);
      }
    },
  });
  return [
    get("policies", listPolicies),
    get("back_test", backTest),
    get("bands", bands),
    get("burn_rate", burnRate),
  ];
}

interface Asked {
  readonly source: SigmaSource;
  readonly clock: Clock;
  readonly request: ApiRequest;
  readonly signal: AbortSignal;
}

function listPolicies({ source }: Asked): unknown {
  const { policies, burnRates } = source.inForce;
  return {
    policies: policies.map((policy) => ({
      ...policy,
      obstacles: pageObstacles(policy),
      verdict: source.findVerdict(policy.name) ?? null,
    })),
    burnRates: burnRates.map((policy) => ({ ...policy, graphs: graphsOf(policy) })),
  };
}

/** PromQL for graphs of how fast the budget goes: over the long windows of what pages. */
function graphsOf(policy: BurnRatePolicy) {
  return burnRateLevels
    .filter(({ severity }) => severity === "page")
    .map(({ longMs, burnRate }) => ({
      windowMs: longMs,
      burnRate,
      expr: `(${errorRatioExpr(policy, longMs)}) / ${errorBudget(policy)}`,
    }));
}

async function backTest({ source, clock, request, signal }: Asked): Promise<unknown> {
  const policy = chosen(source.inForce.policies, request);
  const endMs = request.nowMs;
  const tested = await backTestPolicy(policy, { endMs, history: source.history, clock }, signal);
  return backTestView(policy, { tested, endMs }, formatSeries);
}

async function bands({ source, request, signal }: Asked): Promise<unknown> {
  const policy = chosen(source.inForce.policies, request);
  const range = rangeOf(request, policy);
  const time = { ...range, history: source.history };
  const name = request.form.get("series") ?? "";
  const found = await readEvaluations(policy, time, signal);
  const series = found.find(({ labels }) => isNamed(labels, name));
  if (series === undefined) {
    throw new ApiError("not_found", `policy "${policy.name}" has no series ${name} in that time`);
  }
  return seriesBands(policy, series, { ...range, pointsMax: bandPointsMax });
}

async function burnRate({ source, request, signal }: Asked): Promise<readonly BurnRateState[]> {
  const policy = chosen(source.inForce.burnRates, request);
  const { nowMs } = request;
  const range = { startMs: nowMs, endMs: nowMs, stepMs: 1 };
  const ratios = new Map<string, Map<number, number>>();
  for (const windowMs of burnRateWindows(policy)) {
    const found = await source.history.range(errorRatioExpr(policy, windowMs), range, signal);
    for (const { labels, values } of found) {
      const name = formatSeries(labels);
      ratios.set(name, (ratios.get(name) ?? new Map()).set(windowMs, values[0]));
    }
  }
  return [...ratios].map(([name, own]) => burnRateState(policy, { name, ratios: own }));
}

/** By its whole name, or by its labels alone, as recorded values have them. */
function isNamed(labels: Labels, name: string): boolean {
  if (formatSeries(labels) === name) return true;
  return formatSeries(dropLabels(labels, nameOnly)) === name;
}

function chosen<P extends SigmaPolicy | BurnRatePolicy>(
  policies: readonly P[],
  { form }: ApiRequest,
): P {
  const name = form.get("policy") ?? "";
  const found = policies.find((policy) => policy.name === name);
  if (found === undefined) throw new ApiError("not_found", `there is no policy "${name}"`);
  return found;
}

/** No more time than a back-test looks back at, so that nobody asks for years of evaluations. */
function rangeOf({ form }: ApiRequest, { backTest: { historyMs } }: SigmaPolicy) {
  const [startMs, endMs] = ["start", "end"].map((name) => {
    const seconds = Number(form.get(name) ?? Number.NaN);
    if (Number.isFinite(seconds)) return Math.round(seconds * 1_000);
    throw new ApiError("bad_data", `${name} has to be a time in seconds`);
  });
  if (startMs === undefined || endMs === undefined || endMs < startMs) {
    throw new ApiError("bad_data", "end must not be before start");
  }
  if (endMs - startMs > historyMs) {
    throw new ApiError("bad_data", "the range is longer than the policy's history");
  }
  return { startMs, endMs };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof PromqlError) {
    return new ApiError("bad_data", `the policy's expression: ${error.message}`, { cause: error });
  }
  if (!(error instanceof QueryError)) return error;
  const type = error.kind === "badData" ? "bad_data" : error.kind;
  return new ApiError(type, error.message, { cause: error });
}
