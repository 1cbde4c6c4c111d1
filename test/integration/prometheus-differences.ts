/**
 * Where Prometheus 3.x, and so this program, answers otherwise than the 2.42 that tests can run beside
 * it. Each row was decided by the sources of both and by the answers of a Prometheus 3.14.
 */

/** A query whose answers differ, and how. */
export interface Mismatch {
  readonly query: string;
  readonly route: "query" | "query_range";
  readonly text: string;
  /** Of the first points that differ, where times and labels are the same. */
  readonly values: readonly [ours: number, theirs: number] | undefined;
}

/** Among generated queries: which mismatches a change explains. */
interface Change {
  readonly why: string;
  explains(mismatch: Mismatch): boolean;
}

const changes: readonly Change[] = [
  {
    // Of two samples, 1.1 times their distance beyond them is at most 1.4 times half of it.
    why: "a window that begins long before its samples is extended by half their distance, though the counter would have been zero a bit earlier",
    explains: ({ query, values }) => {
      if (!/\b(?:rate|increase)\(/.test(query)) return false;
      if (values === undefined) return query.startsWith("count_values");
      const [ours, theirs] = values;
      const isRateItself = /^(?:rate|increase)\([^()]*\)$/.test(query);
      return !isRateItself || (ours < theirs && theirs <= 1.4 * ours);
    },
  },
  {
    why: "ranges are left-open: of a subquery in a subquery, the step on the left border is outside",
    explains: ({ query, values }) =>
      values !== undefined && (query.match(/\[[^\]]*:[^\]]*\]/g) ?? []).length > 1,
  },
  {
    why: "a range pinned by @ stays where it is from step to step, also for predict_linear",
    explains: ({ query, route }) => route === "query_range" && /predict_linear\(.* @ /.test(query),
  },
  {
    why: "the deviation of a group that begins with an infinity or with NaN is NaN, not 0",
    explains: ({ query, values }) =>
      values !== undefined &&
      Number.isNaN(values[0]) &&
      values[1] === 0 &&
      /\bstd(?:dev|var)\b/.test(query),
  },
  {
    why: "means and deviations carry the errors of rounding, which what is made of them magnifies",
    explains: ({ query, values }) => {
      if (values === undefined || !/\b(?:avg|stddev|stdvar)\b/.test(query)) return false;
      const [ours, theirs] = values;
      return Math.abs(ours - theirs) <= 1e-6 * Math.max(Math.abs(ours), Math.abs(theirs));
    },
  },
  {
    why: "Go's exponential overflows on amd64 from 1.27e308 on, of which cosh and sinh are half",
    explains: ({ query, values }) =>
      values !== undefined &&
      Math.abs(values[0]) > 6e307 &&
      Math.abs(values[1]) === Number.POSITIVE_INFINITY &&
      /\b(?:exp|cosh|sinh)\(/.test(query),
  },
];

/** Why the answers differ; undefined when nothing that is known explains it. */
export function explanationOf(mismatch: Mismatch): string | undefined {
  return changes.find((change) => change.explains(mismatch))?.why;
}

/** What 3.x changed, or renamed, among what both parse: each shown by one query. */
export const shownDifferences: readonly {
  readonly query: string;
  /** The values, or the kind of the refusal. */
  readonly ours: string;
  readonly theirs: string;
  readonly why: string;
}[] = [
  {
    query: "count_over_time(vector(1)[1m:30s])",
    ours: "2",
    theirs: "3",
    why: "ranges are left-open since 3.0: a sample on their left border is outside",
  },
  {
    query: "count((build_info atan2 1) and on (__name__) build_info)",
    ours: "",
    theirs: "2",
    why: "atan2 drops the name of the metric, as other arithmetic does, since 3.x",
  },
  {
    query: "holt_winters(build_info[5m], 0.5, 0.5)",
    ours: "bad_data",
    theirs: "1 1",
    why: "renamed double_exponential_smoothing, and experimental, since 3.0",
  },
  {
    query: "count_over_time(vector(1)[130:30])",
    ours: "5",
    theirs: "bad_data",
    why: "a duration may be a number of seconds since 3.0",
  },
  {
    query: 'count({"build_info"})',
    ours: "2",
    theirs: "bad_data",
    why: "names may be quoted since 3.0",
  },
  {
    query: "stddev by () (vector(1) / 0)",
    ours: "NaN",
    theirs: "0",
    why: "the deviation of a group that begins with an infinity or with NaN is NaN since 3.x",
  },
];
