import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultParserOptions, type ParserOptions } from "./options.ts";
import { PromqlError } from "./parse-error.ts";
import { parseExpr, parseMetric, parseMetricSelector } from "./parser.ts";
import { formatExpr } from "./printer.ts";
import { extractSelectors } from "./walk.ts";

const everything: ParserOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
};

/** What a query is read as, in canonical form; or why it is refused. */
function readAs(query: string, options = everything): string {
  try {
    return formatExpr(parseExpr(query, options));
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    return error.message;
  }
}

type Row = readonly [query: string, readAs: string];

const sections: Readonly<Record<string, readonly Row[]>> = {
  "numbers in any notation": [
    ["1", "1"],
    ["0x1F", "31"],
    ["0X_1f", "31"],
    ["0755", "493"],
    ["08", "8"],
    ["1_000.5e-1_0", "0.00000010005"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1000"],
    ["iNf", "+Inf"],
    ["-Inf", "-Inf"],
    ["nan", "NaN"],
    ["9223372036854775808", "9223372036854776000"],
    ["5m", "5m"],
    ["-1h30m", "-1h30m"],
    ["1d12h", "1d12h"],
    ["--1", "1"],
    ["-0", "-0"],
  ],
  strings: [
    ["'it\"s'", '"it\\"s"'],
    ["`raw \\n`", '"raw \\\\n"'],
    ['"\\x41\\102\\u00e9\\U0001F600\\t"', '"ABé😀\\t"'],
    ['"\\xc3\\xa9"', '"é"'],
    ['"\\xff"', '"\\xff"'],
  ],
  "selectors, with names in any place": [
    ["up", "up"],
    ["job:up:sum", "job:up:sum"],
    ['up{job="a",}', 'up{job="a"}'],
    ['up{job="a",  instance!~"b.*"}', 'up{instance!~"b.*",job="a"}'],
    ['{"my.metric", "label.x"="v"}', '{"label.x"="v",__name__="my.metric"}'],
    ['{__name__=~"a|b"}', '{__name__=~"a|b"}'],
    ["sum", "sum"],
    ["offset offset 5m", "offset offset 5m"],
    ["start", "start"],
    ["fill + fill", "fill + fill"],
    ['up{on="a",by="b"}', 'up{by="b",on="a"}'],
    ["up # a comment\n + up", "up + up"],
  ],
  "modifiers, in any order": [
    ["up offset 5m @ 10", "up @ 10.000 offset 5m"],
    ["up @ -1.5 offset -5m", "up @ -1.500 offset -5m"],
    ["up @ start() offset 1w", "up @ start() offset 1w"],
    ["up[5m] @ end()", "up[5m] @ end()"],
    ["up[5m] OFFSET 300", "up[5m] offset 5m"],
    ["up[1.5]", "up[1s500ms]"],
    ["up[5m] smoothed @ 1 offset 1m", "up[5m] smoothed @ 1.000 offset 1m"],
    ["up anchored @ 1 offset 1m", "up @ 1.000 anchored offset 1m"],
    ["up[1h:]", "up[1h:]"],
    ["(up + up)[1h:5m] @ 3 offset 1m", "(up + up)[1h:5m] @ 3.000 offset 1m"],
    ["up[5m:1m] offset 1m @ 2", "up[5m:1m] @ 2.000 offset 1m"],
    ["-up offset 5m", "-up offset 5m"],
    ["up offset 0s offset 5m", "up offset 5m"],
  ],
  "arithmetic on durations": [
    ["up[5m * 2]", "up[5m * 2]"],
    ["up[5m+step()]", "up[5m + step()]"],
    ["up[(5m)]", "up[(5m)]"],
    ["up[2m*(10+5)]", "up[2m * (10 + 5)]"],
    ["up[-5m+35m]", "up[-5m + 35m]"],
    ["up[min_of(5m, range()):max_of(1, step())]", "up[min_of(5m, range()):max_of(1, step())]"],
    ["up[2^3^2]", "up[2 ^ 3 ^ 2]"],
    ["up[-(2^2) % 3]", "up[-(2 ^ 2) % 3]"],
    ["up offset (5m*2)", "up offset (5m * 2)"],
    ["up offset (5m) * 2", "up offset (5m) * 2"],
    ["up offset 5m * 2", "up offset 5m * 2"],
    ["up offset -step()", "up offset -step()"],
    ["up offset -(step()*2)", "up offset -(step() * 2)"],
    ["up offset -min_of(1m,2m)", "up offset -min_of(1m, 2m)"],
  ],
  "operators by precedence": [
    ["1 + 2 * 3 ^ 2 ^ 2", "1 + 2 * 3 ^ 2 ^ 2"],
    ["-2 ^ 2", "-2 ^ 2"],
    ["a or b and c unless d == e", "a or b and c unless d == e"],
    ["a atan2 b / c", "a atan2 b / c"],
    ["a </ 5 >/ 1", "a </ 5 >/ 1"],
    ["a == bool b", "a == bool b"],
    ['a + on(x, "y.z") b', 'a + on (x, "y.z") b'],
    ["a + on() b", "a + on () b"],
    ["a + ignoring() b", "a + b"],
    ["a * ON(x) GROUP_LEFT b", "a * on (x) group_left () b"],
    ["a * ignoring(x) group_right(y,) b", "a * ignoring (x) group_right (y) b"],
    ["a + fill(0) b", "a + fill (0) b"],
    ["a + on(x) fill_right(-1) fill_left(2m) b", "a + on (x) fill_left (120) fill_right (-1) b"],
  ],
  "aggregations and calls": [
    ["sum(up)", "sum(up)"],
    ["SUM by(job,) (up)", "sum by (job) (up)"],
    ["sum(up) without (a, by)", "sum without (a, by) (up)"],
    ["sum by () (up)", "sum(up)"],
    ["topk without() (3, up)", "topk without () (3, up)"],
    ['count_values("v", up)', 'count_values("v", up)'],
    ["limitk(2, up)", "limitk(2, up)"],
    ["rate(up[5m])", "rate(up[5m])"],
    ["time()", "time()"],
    ["step() + range() + max_of(1, 2)", "step() + range() + max_of(1, 2)"],
    ['info(up, {data=~".+"})', 'info(up, {data=~".+"})'],
    ['info(up, {a=""})', 'info(up, {a=""})'],
    ['label_join(up, "a", ",")', 'label_join(up, "a", ",")'],
    ["round(up)", "round(up)"],
  ],
  "what the lexer refuses": [
    ["", "unknown position: parse error: no expression found in input"],
    [" # nothing", "1:1: parse error: no expression found in input"],
    [".", "1:1: parse error: unexpected character: '.'"],
    ["2.5.", '1:1: parse error: bad number or duration syntax: "2.5."'],
    ["0deadbeef", '1:1: parse error: bad number or duration syntax: "0de"'],
    ["1e", '1:1: parse error: bad number or duration syntax: "1e"'],
    ["0x1e", '1:1: parse error: bad number or duration syntax: "0x1e"'],
    ["(1))", "1:5: parse error: unexpected right parenthesis ')'"],
    ["((1)", "1:5: parse error: unclosed left parenthesis"],
    ["1 !~ 1", "1:3: parse error: unexpected character after '!': '~'"],
    ["1 =~ 1", "1:3: parse error: unexpected character after '=': '~'"],
    ["1 !", "1:3: parse error: unexpected character after '!': '\ufffd'"],
    ["up{", "1:4: parse error: unexpected end of input inside braces"],
    ["up}", "1:3: parse error: unexpected character: '}'"],
    ['up{a*"b"}', "1:5: parse error: unexpected character inside braces: '*'"],
    ['up{a!"b"}', "1:5: parse error: unexpected character after '!' inside braces: '\"'"],
    ["up{{", "1:4: parse error: unexpected left brace '{'"],
    ["up[5mm]", '1:4: parse error: bad number or duration syntax: "5mm"'],
    ['up["5m"]', "1:4: parse error: unexpected character in duration expression: '\"'"],
    ["up[", "1:4: parse error: unexpected end of input in duration expression"],
    ["up[5m", "1:6: parse error: unclosed left bracket"],
    ["up[5m x]", "1:7: parse error: unexpected character: 'x', expected ':'"],
    ["up[5m:1m:1m]", "1:9: parse error: unexpected colon ':'"],
    ["up[5m::]", "1:7: parse error: unexpected colon ':'"],
    ["up[:1m]", "1:5: parse error: unexpected colon before duration in duration expression"],
    ["up[step()::", "1:11: parse error: unexpected colon before duration in duration expression"],
    ["up[5m[", "1:6: parse error: unexpected left bracket '['"],
    ["up]", "1:3: parse error: unexpected right bracket ']'"],
    ["up[# 5m\n5m]", "1:4: parse error: unexpected character in duration expression: '#'"],
    ['"a\n"', "1:1: parse error: unterminated quoted string"],
    ["`a", "1:1: parse error: unterminated raw string"],
    ['"\\', "1:1: parse error: escape sequence not terminated"],
    ['"\\c"', "1:1: parse error: unknown escape sequence U+0063 'c'"],
    ['"\\x."', "1:1: parse error: illegal character U+002E '.' in escape sequence"],
    ['"\\ud800"', "1:1: parse error: escape sequence is an invalid Unicode code point"],
    ['"\\400"', "1:1: parse error: escape sequence is an invalid Unicode code point"],
    ['"\ufffd"', "1:1: parse error: invalid UTF-8 rune"],
    ["up{ü}", "1:4: parse error: unexpected character inside braces: 'ü'"],
    ['{"ü"} ?', "1:8: parse error: unexpected character: '?'"],
    ["1 +\n  $", "2:3: parse error: unexpected character: '$'"],
  ],
  "what the grammar refuses": [
    ["1+", "1:3: parse error: unexpected end of input"],
    ["*1", "1:1: parse error: unexpected <op:*>"],
    ["-=", '1:2: parse error: unexpected "="'],
    ["@@", "1:1: parse error: unexpected <op:@>"],
    ["a b", '1:3: parse error: unexpected identifier "b"'],
    ["a a:b", '1:3: parse error: unexpected metric identifier "a:b"'],
    ["a 5m", '1:3: parse error: unexpected duration "5m"'],
    ['a "a long string"', '1:3: parse error: unexpected string "\\"a long st"...'],
    ["sum some_metric", '1:5: parse error: unexpected identifier "some_metric"'],
    [
      "sum (a) by test",
      '1:12: parse error: unexpected identifier "test" in grouping opts, expected "("',
    ],
    ["sum(a b)", '1:7: parse error: unexpected identifier "b" in aggregation'],
    ["sum by (a)", "1:11: parse error: unexpected end of input in aggregation"],
    ["rate(a b)", '1:8: parse error: unexpected identifier "b"'],
    ["sum(rate(a b))", '1:12: parse error: unexpected identifier "b" in aggregation'],
    [
      "sum without(==)(a)",
      "1:13: parse error: unexpected <op:==> in grouping opts, expected label",
    ],
    ["sum without(a,,)(a)", '1:15: parse error: unexpected "," in grouping opts, expected label'],
    [
      "sum by (a b) (a)",
      '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"',
    ],
    [
      "sum by (without) (a)",
      "1:9: parse error: unexpected <without> in grouping opts, expected label",
    ],
    ['sum by ("") (a)', '1:9: parse error: invalid label name for grouping: ""'],
    ["sum(a) without (b) by (c)", "1:20: parse error: unexpected <by>"],
    ["sum()", "1:1: parse error: no arguments for aggregate expression provided"],
    [
      "topk(a)",
      "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    ],
    ["topk(a,)", "1:7: parse error: trailing commas not allowed in function call args"],
    ["floor(,a)", '1:7: parse error: unexpected ","'],
    ["nope(a)", '1:1: parse error: unknown function with name "nope"'],
    ["a:b(a)", '1:4: parse error: unexpected "("'],
    [
      "a{b}",
      '1:4: parse error: unexpected "}" in label matching, expected label matching operator',
    ],
    ["a{b=c}", '1:5: parse error: unexpected identifier "c" in label matching, expected string'],
    ["a{,}", '1:3: parse error: unexpected "," in label matching, expected identifier or "}"'],
    [
      'a{b="c" d}',
      '1:9: parse error: unexpected identifier "d" in label matching, expected "," or "}"',
    ],
    [
      'a{"b" "c"}',
      '1:7: parse error: unexpected string "\\"c\\"" in label matching, expected "," or "}"',
    ],
    ['a{b=~"("}', "1:3: parse error: error parsing regexp: missing closing ): `(`"],
    [
      "a offset",
      "1:9: parse error: unexpected end of input in offset, expected number, duration, step(), or range()",
    ],
    ["a offset 5m1h", '1:10: parse error: not a valid duration string: "5m1h"'],
    ["a @", "1:4: parse error: unexpected end of input in @, expected timestamp"],
    ["a @ sum", "1:5: parse error: unexpected <aggr:sum> in @, expected timestamp"],
    [
      "a[]",
      '1:3: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ["a[5m,]", '1:5: parse error: unexpected "," in subquery or range, expected ":" or "]"'],
    [
      "a[5m:,]",
      '1:6: parse error: unexpected "," in subquery selector, expected number, duration, step(), range(), or "]"',
    ],
    ["a[5m:5m,]", '1:8: parse error: unexpected "," in subquery selector, expected "]"'],
    ["a[0]", "1:3: parse error: duration must be greater than 0"],
    ["a[-1]", "1:3: parse error: duration must be greater than 0"],
    ["a[9.5e10]", "1:3: parse error: duration out of range"],
    ["a offset -9.5e10", "1:10: parse error: duration out of range"],
    ["a offset NaN", "1:10: parse error: duration out of range"],
    ["a[5s/0d]", "1:5: parse error: division by zero"],
    ["a[5s%0]", "1:5: parse error: modulo by zero"],
    ["a[5y1hs]", '1:3: parse error: unknown unit "hs" in duration "5y1hs"'],
    ["(a)[5m]", "1:4: parse error: ranges only allowed for vector selectors"],
    ["a offset 1m[5m]", "1:12: parse error: no offset modifiers allowed before range"],
    ["a @ 1 [5m]", "1:7: parse error: no @ modifiers allowed before range"],
    ["a offset 1s offset 2s", "1:1: parse error: offset may not be set multiple times"],
    ["a @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"],
    ["a @ NaN", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"],
    ["a @ -Inf", "1:1: parse error: timestamp out of bounds for @ modifier: -Inf"],
    [
      "1 offset 1d",
      "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    ],
    [
      "rate(a[5m]) @ 1",
      "1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    ],
    [
      "a anchored smoothed",
      "1:1: parse error: anchored and smoothed modifiers cannot be used together",
    ],
    ["a[5m:] smoothed", "1:1: parse error: smoothed modifier is not supported for subqueries"],
    ["(a) smoothed", "1:1: parse error: smoothed modifier not implemented"],
    ["a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"],
    [
      "a + on(b) group_left",
      '1:21: parse error: unexpected end of input in grouping opts, expected "("',
    ],
    ["a + group_left(b) c", "1:5: parse error: unexpected <group_left>"],
    [
      `${"9".repeat(310)}`,
      `1:1: parse error: error parsing number: strconv.ParseFloat: parsing "${"9".repeat(310)}": value out of range`,
    ],
  ],
  "what does not fit together": [
    ["1 and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ["a or 1", '1:1: parse error: set operator "or" not allowed in binary scalar expression'],
    ["1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"],
    ["a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"],
    ["a  </ bool b", "1:4: parse error: bool modifier can only be used on comparison operators"],
    [
      '-"a"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    [
      "-a[5m]",
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
    ],
    ["a == on(b) 1", "1:1: parse error: vector matching only allowed between instant vectors"],
    [
      "1 + fill(0) a",
      "1:1: parse error: filling in missing series only allowed between instant vectors",
    ],
    [
      "a and fill(0) b",
      "1:1: parse error: filling in missing series not allowed for set operators",
    ],
    ["a and on(b) group_left(c) d", '1:1: parse error: no grouping allowed for "and" operation'],
    [
      "a + on(b) group_left(c, b) d",
      '1:3: parse error: label "b" must not occur in ON and GROUP clause at once',
    ],
    [
      'a + "b"',
      "1:5: parse error: binary expression must contain only scalar and instant vector types",
    ],
    ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{a!="b"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    [
      "topk(a, b)",
      "1:6: parse error: expected type scalar in aggregation parameter, got instant vector",
    ],
    [
      "count_values(5, a)",
      "1:14: parse error: expected type string in aggregation parameter, got scalar",
    ],
    [
      "sum(1)",
      "1:5: parse error: expected type instant vector in aggregation expression, got scalar",
    ],
    ["floor()", '1:1: parse error: expected 1 argument(s) in call to "floor", got 0'],
    ["hour(a, a)", '1:1: parse error: expected at most 1 argument(s) in call to "hour", got 2'],
    [
      "label_join(a)",
      '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1',
    ],
    [
      "rate(a)",
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    [
      "label_join(a, b, c)",
      '1:15: parse error: expected type string in call to function "label_join", got instant vector',
    ],
    [
      "a[5m:][5m:]",
      "1:1: parse error: subquery is only allowed on instant vector, got matrix instead",
    ],
    ["info(a, b)", "1:9: parse error: expected label selectors only, got vector selector instead"],
    ['info(a, {b="c"} == 1)', "1:9: parse error: expected label selectors only"],
    [
      "info(a, 1)",
      '1:1: parse error: expected type instant vector in call to function "info", got scalar',
    ],
  ],
};

for (const [section, rows] of Object.entries(sections)) {
  for (const [query, expected] of rows) {
    test(`${section}: ${JSON.stringify(query.slice(0, 60))}`, () => {
      assert.equal(readAs(query), expected);
    });
  }
}

const guarded: readonly Row[] = [
  ["start()", '1:1: parse error: function "start" is not enabled'],
  [
    "limitk(1, a)",
    "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
  ],
  ["a[5m] anchored", "1:1: parse error: anchored modifier is experimental and not enabled"],
  ["a + fill(0) b", "1:1: parse error: binop fill modifiers are experimental and not enabled"],
  ["a[5m*2]", "a[5m * 2]"],
];

for (const [query, expected] of guarded) {
  test(`without feature flags: ${query}`, () => {
    assert.equal(readAs(query, defaultParserOptions), expected);
  });
}

test("arithmetic on durations can be forbidden", () => {
  const options = { ...everything, durationExpressions: false };
  const refusal = "1:3: parse error: experimental duration expression is not enabled";
  assert.equal(readAs("a[5m*2]", options), refusal);
  assert.equal(readAs("a[300]", options), "a[5m]");
});

test("a missing cardinality is that of the operator", () => {
  const shown = ["a + b", "a and b", "a * on(x) group_left() b", "a + 1"].map((query) => {
    const expr = parseExpr(query);
    return expr.kind === "binary" ? (expr.matching?.cardinality ?? "none") : expr.kind;
  });
  assert.deepEqual(shown, ["one-to-one", "many-to-many", "many-to-one", "none"]);
});

test("spans cover what was written", () => {
  const query = ' sum by (a) (rate(b{c="d"}[5m] offset 1m)) ';
  const expr = parseExpr(query);
  const call = expr.kind === "aggregation" ? expr.expr : expr;
  const range = call.kind === "call" ? call.args[0] : undefined;
  assert.deepEqual(
    [expr, call, range].map((part) => part && query.slice(part.span.start, part.span.end)),
    [query.trim(), 'rate(b{c="d"}[5m] offset 1m)', 'b{c="d"}[5m] offset 1m'],
  );
});

const tooDeep = /parse error: expression is nested more than (?:250|500) levels deep$/;

for (const [what, query] of [
  ["parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["signs", `${"- ".repeat(10_000)}a`],
  ["powers", `a${"^a".repeat(10_000)}`],
  ["aggregations", `${"sum(".repeat(10_000)}a${")".repeat(10_000)}`],
  ["sums", `a${"+a".repeat(10_000)}`],
  ["subqueries", `a${"[1m:]".repeat(10_000)}`],
  ["durations", `a[${"(".repeat(10_000)}1${")".repeat(10_000)}]`],
  ["sums of durations", `a[1${"+1".repeat(10_000)}]`],
]) {
  test(`ten thousand ${what} are refused, not overflowed`, () => {
    assert.match(readAs(query ?? ""), tooDeep);
  });
}

test("what is nested as deep as allowed can be read, checked and printed", () => {
  const query = `${"sum(".repeat(249)}a${")".repeat(249)}`;
  assert.equal(readAs(query), query);
  const sum = `a${" + a".repeat(498)}`;
  assert.equal(readAs(sum), sum);
});

const selectors: readonly Row[] = [
  ['up{job="a"}', 'job="a" __name__="up"'],
  ['{"my.metric"}', '__name__="my.metric"'],
  ["{}", ""],
  ["1", '1:1: parse error: unexpected number "1"'],
  ["a + b", "1:3: parse error: unexpected <op:+>"],
  ["a[5m]", '1:2: parse error: unexpected "["'],
];

for (const [text, expected] of selectors) {
  test(`as a selector: ${text}`, () => {
    const show = () => {
      const matchers = parseMetricSelector(text);
      return matchers.map(({ name, operator, value }) => `${name}${operator}"${value}"`).join(" ");
    };
    assert.equal(messageOr(show), expected);
  });
}

const labelSets: readonly Row[] = [
  ['up{job="a", b="c",}', "__name__=up b=c job=a"],
  ['{"my.metric", "x.y"="z"}', "__name__=my.metric x.y=z"],
  ["sum", "__name__=sum"],
  ["{}", ""],
  ["", ""],
  ["up{a}", '1:5: parse error: unexpected "}" in label set, expected "="'],
  ["up{a=1}", "1:6: parse error: unexpected character inside braces: '1'"],
  ["up{a=b}", '1:6: parse error: unexpected identifier "b" in label set, expected string'],
  ['up{a!="b"}', '1:5: parse error: unexpected <op:!=> in label set, expected "="'],
  [
    'up{a="b" c="d"}',
    '1:10: parse error: unexpected identifier "c" in label set, expected "," or "}"',
  ],
];

for (const [text, expected] of labelSets) {
  test(`as a label set: ${text}`, () => {
    const show = () => {
      const labels = parseMetric(text);
      const pairs = labels.flatMap((name, index) =>
        index % 2 === 0 ? [`${name}=${labels[index + 1]}`] : [],
      );
      return pairs.join(" ");
    };
    assert.equal(messageOr(show), expected);
  });
}

test("selectors are found wherever they are", () => {
  const expr = parseExpr("sum(rate(a[5m])) / on() max_over_time((b offset 1m)[1h:])");
  const names = extractSelectors(expr).map((matchers) => matchers.map(({ value }) => value));
  assert.deepEqual(names, [["a"], ["b"]]);
});

function messageOr(show: () => string): string {
  try {
    return show();
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    return error.message;
  }
}
