import assert from "node:assert/strict";
import { test } from "node:test";
import { type LabelRules, labelName } from "./label-name.ts";
import { metricName, type NamedMetric, type NameRules } from "./metric-name.ts";
import { unitName } from "./unit-name.ts";

type Kind = NamedMetric["kind"];

// Each row: a metric's name, unit and kind, and its name under each strategy: escaped with endings,
// escaped without, as it is with endings. Without escaping and endings nothing ever changes.
const metricNames: readonly (readonly [string, string, Kind, string, string, string])[] = [
  ["up", "", "gauge", "up", "up", "up"],
  ["a@b#c", "", "gauge", "a_b_c", "a_b_c", "a@b#c"],
  ["a@@##b", "", "gauge", "a_b", "a_b", "a@@##b"],
  ["a__b", "", "gauge", "a_b", "a__b", "a__b"],
  ["@a@", "", "gauge", "a", "a", "@a@"],
  ["a:b", "", "gauge", "a:b", "a:b", "a:b"],
  ["1st", "", "gauge", "_1st", "_1st", "1st"],
  ["naïve", "", "gauge", "na_ve", "na_ve", "naïve"],
  ["requests", "", "counter", "requests_total", "requests", "requests_total"],
  ["requests_total", "", "counter", "requests_total", "requests_total", "requests_total"],
  ["total_requests", "", "counter", "requests_total", "total_requests", "total_requests_total"],
  ["requests.total", "1", "counter", "requests_total", "requests_total", "requests_total"],
  ["cpu.usage", "1", "gauge", "cpu_usage_ratio", "cpu_usage", "cpu.usage_ratio"],
  ["cpu_ratio", "1", "gauge", "cpu_ratio", "cpu_ratio", "cpu_ratio"],
  ["items", "1", "other", "items", "items", "items"],
  ["wait", "ms", "gauge", "wait_milliseconds", "wait", "wait_milliseconds"],
  ["wait_seconds", "s", "gauge", "wait_seconds", "wait_seconds", "wait_seconds"],
  ["seconds_waited", "s", "gauge", "seconds_waited", "seconds_waited", "seconds_waited_seconds"],
  ["memory", "By", "gauge", "memory_bytes", "memory", "memory_bytes"],
  ["memory", "MiBy", "other", "memory_mebibytes", "memory", "memory_mebibytes"],
  ["load", "%", "gauge", "load_percent", "load", "load_percent"],
  ["io", "By", "counter", "io_bytes_total", "io", "io_bytes_total"],
  ["io.bytes.total", "By", "counter", "io_bytes_total", "io_bytes_total", "io.bytes_total"],
  ["requests", "1/s", "gauge", "requests_per_second", "requests", "requests_per_second"],
  ["rate", "By/s", "gauge", "rate_bytes_per_second", "rate", "rate_bytes_per_second"],
  ["rate", "By/min", "gauge", "rate_bytes_per_min", "rate", "rate_bytes_per_min"],
  ["rate", "{call}/m", "gauge", "rate_per_minute", "rate", "rate_per_minute"],
  ["rate", "By/{call}", "gauge", "rate_bytes", "rate", "rate_bytes"],
  ["queue", "{item}", "gauge", "queue", "queue", "queue"],
  ["queue", "items", "gauge", "queue_items", "queue", "queue_items"],
  ["work", "a b.c", "gauge", "work_a_b_c", "work", "work_a b.c"],
  ["work", "_x__y_", "gauge", "work_x_y_", "work", "work__x__y_"],
  ["work", "x_/s", "gauge", "work_x_per_second", "work", "work_x__per_second"],
  ["work", "s/ ", "gauge", "work_seconds", "work", "work_seconds"],
];

test("names of metrics follow the strategy", () => {
  for (const [name, unit, kind, ...want] of metricNames) {
    const found = strategies.map((rules) => metricName({ name, unit, kind }, rules));
    assert.deepEqual(found, [...want, name], `${name} in ${unit}`);
  }
});

// Each row: a name of which nothing is left, and what is said of it with endings and without.
const impossible: readonly (readonly [string, string, string])[] = [
  ["", "resulted in empty name", "resulted in empty name"],
  ["@#", "resulted in empty name", "resulted in empty name"],
  ["@_#_$", "resulted in empty name", 'resulted in invalid name "___"'],
];

test("names of nothing but underscores are refused", () => {
  for (const [name, ...want] of impossible) {
    for (const [index, rules] of strategies.slice(0, 2).entries()) {
      assert.throws(() => metricName({ name, unit: "", kind: "gauge" }, rules), {
        message: `normalization for metric "${name}" ${want[index]}`,
      });
    }
  }
});

const units: readonly (readonly [unit: string, want: string, asItIs: string])[] = [
  ["", "", ""],
  ["1", "", ""],
  ["s", "seconds", "seconds"],
  ["By/s", "bytes_per_second", "bytes_per_second"],
  ["1/s", "per_second", "per_second"],
  ["{x}/s", "per_second", "per_second"],
  ["{x}", "", ""],
  ["a.b", "a_b", "a.b"],
  ["_a_", "a", "a"],
];

test("units are spelled out", () => {
  for (const [unit, want, asItIs] of units) {
    assert.deepEqual([unitName(unit, "escaped"), unitName(unit, "as it is")], [want, asItIs], unit);
  }
});

// Each row: an attribute; its label with underscores in a row kept, joined; the same with `key` before
// a leading underscore. "!" stands for a refusal.
const labelNames: readonly (readonly [string, string, string, string, string])[] = [
  ["method", "method", "method", "method", "method"],
  ["http.method", "http_method", "http_method", "http_method", "http_method"],
  ["a:b", "a_b", "a_b", "a_b", "a_b"],
  ["a!b&c)", "a_b_c_", "a_b_c_", "a_b_c_", "a_b_c_"],
  ["x字符", "x__", "x_", "x__", "x_"],
  [".foo", "_foo", "_foo", "key_foo", "key_foo"],
  ["1st", "key_1st", "key_1st", "key_1st", "key_1st"],
  ["_a", "_a", "_a", "key_a", "key_a"],
  ["__a", "__a", "_a", "__a", "key_a"],
  ["a__b", "a__b", "a_b", "a__b", "a_b"],
  ["__a__b__", "__a__b__", "__a_b__", "__a__b__", "__a_b__"],
  ["a___", "a___", "a_", "a___", "a_"],
  ["ようこそ", "!", "!", "!", "key_"],
  ["__", "!", "!", "!", "key_"],
  ["", "!", "!", "!", "!"],
];

test("names of labels follow the configuration", () => {
  for (const [attribute, ...want] of labelNames) {
    const found = labelRules.map((rules) => {
      try {
        return labelName(attribute, rules);
      } catch {
        // Told by its sign.
        return "!";
      }
    });
    assert.deepEqual(found, want, attribute);
  }
  const asItIs: LabelRules = { ...rulesOf("kept", "kept"), escaping: "as it is" };
  assert.equal(labelName("http.method", asItIs), "http.method");
  assert.throws(() => labelName("__", asItIs), /label name "__" contains only underscores/);
});

const strategies: readonly NameRules[] = [
  { escaping: "escaped", suffixes: "added" },
  { escaping: "escaped", suffixes: "left out" },
  { escaping: "as it is", suffixes: "added" },
  { escaping: "as it is", suffixes: "left out" },
];

const labelRules = [
  rulesOf("kept", "kept"),
  rulesOf("joined", "kept"),
  rulesOf("kept", "prefixed"),
  rulesOf("joined", "prefixed"),
];

function rulesOf(
  underscoreRuns: LabelRules["underscoreRuns"],
  leadingUnderscore: LabelRules["leadingUnderscore"],
): LabelRules {
  return { escaping: "escaped", underscoreRuns, leadingUnderscore };
}
