/** Files of unit tests for rules, in the format of `promtool test rules`. */
import {
  bool,
  decodeDocument,
  Decoding,
  durationMs,
  field,
  float,
  list,
  mapOf,
  parsed,
  readYaml,
  struct,
  text,
  type ValueOf,
} from "#promconfig";

/** Seconds since the epoch or a date and time of RFC 3339; in milliseconds. */
const startTimestamp = parsed({
  goType: "string",
  zero: 0,
  parse: parseTime,
  format: String,
  isEmpty: (value) => value === 0,
});

const expectedAlert = struct("main.alert", {
  labels: field("exp_labels", mapOf(text)),
  annotations: field("exp_annotations", mapOf(text)),
});

const alertTestParts = {
  evalTimeMs: field("eval_time", durationMs),
  alertName: field("alertname", text),
  expected: field("exp_alerts", list(expectedAlert)),
} as const;

const expectedSampleParts = {
  labels: field("labels", text),
  value: field("value", float),
  /** Instead of the value, in the notation of series, unless it is empty. */
  histogram: field("histogram", text),
} as const;

const queryTestParts = {
  expr: field("expr", text),
  evalTimeMs: field("eval_time", durationMs),
  expected: field("exp_samples", list(struct("main.sample", expectedSampleParts))),
} as const;

const inputSeries = struct("main.series", {
  series: field("series", text),
  values: field("values", text),
});

const testGroupParts = {
  name: field("name", text),
  intervalMs: field("interval", durationMs),
  startMs: field("start_timestamp", startTimestamp),
  inputSeries: field("input_series", list(inputSeries)),
  alertTests: field("alert_rule_test", list(struct("main.alertTestCase", alertTestParts))),
  queryTests: field("promql_expr_test", list(struct("main.promqlTestCase", queryTestParts))),
  externalLabels: field("external_labels", mapOf(text)),
  externalUrl: field("external_url", text),
} as const;

const testFileParts = {
  ruleFiles: field("rule_files", list(text)),
  evaluationIntervalMs: field("evaluation_interval", durationMs),
  groupEvalOrder: field("group_eval_order", list(text)),
  fuzzyCompare: field("fuzzy_compare", bool),
  tests: field("tests", list(struct("main.testGroup", testGroupParts))),
} as const;

const testFileType = struct("main.unitTestFile", testFileParts);

export type TestFile = ValueOf<typeof testFileParts>;
export type TestGroup = ValueOf<typeof testGroupParts>;
export type AlertTest = ValueOf<typeof alertTestParts>;
export type QueryTest = ValueOf<typeof queryTestParts>;
export type ExpectedSample = ValueOf<typeof expectedSampleParts>;

/** Reads a test file. Throws a `ConfigError`. */
export function parseTestFile(content: string): TestFile {
  const document = { root: readYaml(content), whenEmpty: testFileType.initial };
  return decodeDocument(testFileType, document, new Decoding());
}

function parseTime(written: string): number {
  if (/^-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?$/.test(written)) {
    return Math.round(Number(written) * 1000);
  }
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(written);
  const timeMs = isDate ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new Error(`cannot parse ${JSON.stringify(written)} to a valid timestamp`);
  }
  return timeMs;
}
