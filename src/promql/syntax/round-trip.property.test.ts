import assert from "node:assert/strict";
import { test } from "node:test";
import { parser as editorParser } from "@prometheus-io/lezer-promql";
import fc from "fast-check";
import { parseExpr } from "./parser.ts";
import { prettyExpr } from "./prettier.ts";
import { formatExpr } from "./printer.ts";

const everything = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
};

const blanks = fc.constantFrom(" ", "  ", "\n", "\t");
const blanksAndComments = fc.oneof(blanks, fc.constant("# so\n "));

/** Parts with something between them that means nothing. */
function sequence(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return separated(blanksAndComments, parts);
}

/** Right behind `[` there are no comments. */
function compact(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return separated(blanks, parts);
}

function separated(
  blank: fc.Arbitrary<string>,
  parts: readonly fc.Arbitrary<string>[],
): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.tuple(...parts),
      fc.array(blank, { minLength: parts.length, maxLength: parts.length }),
    )
    .map(([texts, between]) => texts.map((part, index) => part + between[index]).join(""));
}

const text = (...options: string[]) => fc.constantFrom(...options);
const maybe = (part: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), part);

const labelName = text("job", "le", "by", "on", "sum", '"x.y"', "'größe'");
const labelNames = fc
  .array(labelName, { maxLength: 3 })
  .map((names) => `(${names.join(", ")}${names.length > 1 ? "," : ""})`);
const value = text('""', '"a"', "'b\\n\"'", "`c\\d`", '"\\u00fc😀"', '"\\xff"');
const pattern = text('".*"', '"a|b"', "'(c+)?[d-f]'", "`\\\\d`", '"(?i:x)"');
const condition = fc.oneof(
  sequence(labelName, text("=", "!="), value),
  sequence(labelName, text("=~", "!~"), pattern),
);
const conditions = fc.array(condition, { maxLength: 3 }).map((each) => each.join(","));
const metric = text("up", "job:up:sum", "start", "sum", "fill", "http_requests_total");
const selector = fc.oneof(
  sequence(metric, maybe(conditions.map((inner) => `{${inner}}`))),
  conditions.map((inner) => `{"metric.name"${inner === "" ? "" : `,${inner}`}}`),
);

/** No infinity: it is printed with a sign, which binds looser than `^`. */
const number = text("0", "1", "2.5", ".5", "1e3", "0x1F", "017", "1_000", "nan", "9e-9");
const duration = text("5m", "1h30m", "90s", "1w", "1y2d", "1500ms", "300", "0.5");
const call = text("step()", "range()");

const { length } = fc.letrec<{ length: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3 },
    duration,
    call,
    tie("length").map((inner) => `(${inner})`),
    compact(text("min_of(", "max_of("), tie("length"), text(","), tie("length"), text(")")),
  ),
  length: fc.oneof(
    { maxDepth: 3 },
    tie("operand"),
    compact(tie("operand"), text("+", "-", "*", "/", "%", "^"), tie("operand")),
    compact(text("-", "+"), call),
  ),
}));
const range = length.map((inner) => `[${inner}]`);
/** The lexer wants a number before the colon. */
const subqueryRange = fc
  .tuple(duration, maybe(length.map((inner) => ` + ${inner}`)), maybe(length))
  .map(([first, more, step]) => `[${first}${more}:${step}]`);
const offset = fc.oneof(
  sequence(text("offset", "OFFSET"), maybe(text("-", "+")), duration),
  sequence(text("offset"), maybe(text("-")), call),
);
const at = sequence(text("@"), text("0", "-1.5", "1700000000.25", "5m", "start()", "end()"));
const time = fc.oneof(fc.constant(""), offset, at, sequence(offset, at), sequence(at, offset));

const matching = fc.oneof(
  fc.constant(""),
  labelNames.map((names) => `on ${names}`),
  labelNames.map((names) => `ignoring ${names}`),
  labelNames.map((names) => `ignoring ${names} group_left ()`),
  labelNames.map((names) => `on (a, b) group_right ${names.replace("job", "c")}`),
);
const fill = text("", "fill (0)", "fill_left(-1.5)", "fill_right (1e9) fill_left (2)");
const grouping = sequence(text("by", "without", "BY"), labelNames);

/** Queries that are valid, by what they give; written in many ways. */
const queries = fc.letrec<{ scalar: string; vector: string; matrix: string }>((tie) => ({
  scalar: fc.oneof(
    { maxDepth: 4 },
    number,
    duration,
    text("time()", "pi()", "step()"),
    sequence(text("-", "+"), tie("scalar")),
    tie("scalar").map((inner) => `(${inner})`),
    tie("vector").map((inner) => `scalar(${inner})`),
    sequence(tie("scalar"), text("+", "-", "*", "/", "%", "^", "atan2"), tie("scalar")),
    sequence(tie("scalar"), text("== bool", "<bool"), tie("scalar")),
  ),
  vector: fc.oneof(
    { maxDepth: 5 },
    sequence(selector, time),
    sequence(selector, text("anchored", "smoothed"), time),
    // Arithmetic behind an offset in parentheses would belong to the offset.
    fc.tuple(selector, length).map(([inner, by]) => `(${inner} offset (${by}))`),
    tie("vector").map((inner) => `(${inner})`),
    tie("vector").map((inner) => `-${inner}`),
    sequence(tie("vector"), text("+", "</", ">/", "== bool", "!=", "^"), tie("scalar")),
    sequence(tie("scalar"), text("*", "%", "<"), tie("vector")),
    sequence(
      tie("vector").map((inner) => `(${inner})`),
      text("-", "/", ">=", "atan2"),
      matching,
      fill,
      tie("vector").map((inner) => `(${inner})`),
    ),
    sequence(tie("vector"), text("-", "/", ">=", "atan2"), tie("vector")),
    sequence(tie("vector"), text("and", "or", "unless"), tie("vector")),
    sequence(text("sum", "AVG", "group"), text("("), tie("vector"), text(")"), maybe(grouping)),
    sequence(text("count", "stddev"), grouping, text("("), tie("vector"), text(")")),
    sequence(text("topk(", "limitk("), tie("scalar"), text(","), tie("vector"), text(")")),
    sequence(text('count_values("v",'), tie("vector"), text(")")),
    tie("matrix").map((inner) => `rate(${inner})`),
    tie("matrix").map((inner) => `quantile_over_time(0.9, ${inner})`),
    tie("vector").map((inner) => `label_replace(${inner}, "a", "$1", "b", "(.*)")`),
    tie("vector").map((inner) => `round(${inner}, 5)`),
  ),
  matrix: fc.oneof(
    sequence(selector, range, text("", "anchored", "smoothed"), time),
    sequence(
      tie("vector").map((inner) => `(${inner})`),
      subqueryRange,
      time,
    ),
  ),
}));

const query = fc.oneof(queries.scalar, queries.vector, queries.matrix);
const seeded = { seed: 314, numRuns: 200 };

/** The tree without places in the text, and matchers without their functions. */
function shapeOf(source: string): unknown {
  return JSON.parse(
    JSON.stringify(parseExpr(source, everything), (key, value: unknown) => {
      if (key === "span") return undefined;
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    }),
  );
}

/** Matchers are printed in the order of their text. */
function sortedShapeOf(source: string): unknown {
  return shapeOf(formatExpr(parseExpr(source, everything)));
}

test("what is printed is read as the same expression, and printed the same again", () => {
  fc.assert(
    fc.property(query, (source) => {
      const printed = formatExpr(parseExpr(source, everything));
      assert.equal(formatExpr(parseExpr(printed, everything)), printed);
    }),
    seeded,
  );
});

test("what is laid out over lines is read as the same expression", () => {
  fc.assert(
    fc.property(query, (source) => {
      const pretty = prettyExpr(parseExpr(source, everything));
      assert.deepEqual(shapeOf(pretty), sortedShapeOf(source));
    }),
    seeded,
  );
});

test("the grammar of upstream's editor accepts what is accepted here", () => {
  fc.assert(
    fc.property(query, (source) => {
      // The editor does not know these to be functions.
      fc.pre(!/(?:min_of|max_of)\(/.test(source));
      const problems: string[] = [];
      editorParser.parse(source).iterate({
        enter: ({ type, from, to }) => {
          if (type.isError) problems.push(`${from}-${to}`);
        },
      });
      assert.deepEqual(problems, []);
    }),
    seeded,
  );
});

test("broken queries are refused with a place in them, never anything else", () => {
  const broken = fc
    .tuple(query, fc.nat(), fc.nat({ max: 4 }), text("", "(", "]", "}", '"', "offset", "@", "$"))
    .map(([source, at, count, insert]) => {
      const position = at % (source.length + 1);
      return source.slice(0, position) + insert + source.slice(position + count);
    });
  fc.assert(
    fc.property(broken, (source) => {
      try {
        parseExpr(source, everything);
      } catch (error) {
        assert.match(String(error), /^PromqlError: (?:\d+:\d+|unknown position): parse error: /);
      }
    }),
    { ...seeded, numRuns: 1_000 },
  );
});
