import assert from "node:assert/strict";
import { test } from "node:test";
import { type Labels, labelPairs, labelsOf } from "./labels.ts";
import type { NameScheme } from "./names.ts";
import { RegexError } from "./regex.ts";
import { relabel, traceRelabel } from "./relabel.ts";
import {
  createRelabelRule,
  type RelabelConfig,
  RelabelError,
  type RelabelRule,
} from "./relabel-rule.ts";

// Labels as a=foo b=bar; rules as the fields below, each rule behind a "|"; "dropped" for no labels.
// Fields: action, from (source labels), sep, re, to, with (replacement), mod.
const rows: readonly (readonly [labels: string, rules: string, want: string])[] = [
  ["a=foo b=bar", "", "a=foo b=bar"],

  ["a=foo b=bar", "from:a re:f(.*) to:d with:ch${1}-ch${1}", "a=foo b=bar d=choo-choo"],
  ["a=foo b=bar", "from:a,b re:f(.*);(.*)r to:a with:b${1}${2}m", "a=boobam b=bar"],
  ["a=foo b=bar", "from:a,b,c sep:- to:d", "a=foo b=bar d=foo-bar-"],
  ["a=foo", "from:a re:b(.*) to:a with:x", "a=foo"],
  ["a=foo", "from:a re:fo to:a with:x", "a=foo"],
  ["a=foo", "to:b with:static", "a=foo b=static"],
  ["a=foo", "to:a with:", ""],
  ["a=foo", "from:missing to:a", ""],
  ["a=foo", "from:a re:(.*?)(o*) to:b with:$2", "a=foo b=oo"],
  ["a=foo", "from:a re:(?P<first>.).* to:b with:${first}", "a=foo b=f"],
  ["a=foo", "from:a to:${1}d with:$1", "a=foo food=foo"],
  ["a=some-name", "from:a re:some-([^-]+) to:${1} with:x", "a=some-name name=x"],
  ["a=some-name-value", "from:a re:some-([^-]+)-([^,]+) to:${3} with:x", "a=some-name-value"],
  ["a=1x", "legacy from:a to:$1 with:y", "a=1x"],
  ["a=1x", "from:a to:$1 with:y", "1x=y a=1x"],
  ["a=foo b=bar", "from:a to:b | from:b to:c", "a=foo b=foo c=foo"],
  ["__name__=a.b", "from:__name__ re:(.*)\\.(.*) to:__name__ with:${1}_${2}", "__name__=a_b"],

  ["a=foo", "action:keep from:a re:f.*", "a=foo"],
  ["a=foo", "action:keep from:a re:o.*", "dropped"],
  ["a=foo", "action:keep from:b re:.+", "dropped"],
  ["a=foo", "action:drop from:a re:.*o.*", "dropped"],
  ["a=foo", "action:drop from:a re:f|oo", "a=foo"],
  ["a=foo", "action:DROP from:a re:foo", "dropped"],
  ["a=foo", "action:drop from:a re:foo | to:b with:x", "dropped"],
  ["a=foo b=foo", "action:keepequal from:a to:b", "a=foo b=foo"],
  ["a=foo b=bar", "action:keepequal from:a to:b", "dropped"],
  ["a=foo b=foo", "action:dropequal from:a to:b", "dropped"],
  ["a=foo b=bar", "action:dropequal from:a to:b", "a=foo b=bar"],
  ["b=bar", "action:dropequal from:a to:c", "dropped"],

  ["a=foo b=bar", "action:hashmod from:a mod:1000 to:d", "a=foo b=bar d=696"],
  ["a=foo b=bar", "action:hashmod from:a,b mod:1000 to:d", "a=foo b=bar d=750"],
  ["a=foo", "action:hashmod from:c mod:1000 to:d", "a=foo d=958"],
  ["a=foo", "action:hashmod from:a mod:18446744073709551615 to:d", "a=foo d=17145033699835028696"],

  ["a=foo b=bar", "action:labelmap re:(a) with:x_$1", "a=foo b=bar x_a=foo"],
  ["__meta_my_bar=baz", "action:labelmap re:__meta_(my.*)", "__meta_my_bar=baz my_bar=baz"],
  ["__meta_my_bar=aaa", "action:labelmap re:__meta_(my.*) with:${0}", "__meta_my_bar=aaa"],
  ["a1=x b1=y", "action:labelmap re:.1 with:c", "a1=x b1=y c=y"],
  ["a1=x b1=y", "from:a1 to:a1 with:z | action:labelmap re:.1 with:c", "a1=z b1=y c=z"],
  ["a=foo b=bar", "action:labelmap re:(x)?.", "a=foo b=bar"],

  ["a=foo b1=bar b2=baz", "action:labeldrop re:b.*", "a=foo"],
  ["a=foo b1=bar b2=baz", "action:labelkeep re:b.*", "b1=bar b2=baz"],
  ["a=foo", "action:labeldrop re:", "a=foo"],

  [
    "a=BaR_ß",
    "action:lowercase from:a to:b | action:uppercase from:a to:c",
    "a=BaR_ß b=bar_ß c=BAR_ß",
  ],
  ["a=ΣΑΣ", "action:lowercase from:a to:a", "a=σασ"],
  ["a=foo b=bar", "action:uppercase from:a,b to:c", "a=foo b=bar c=FOO;BAR"],
  ["a=foo", "action:lowercase from:none to:a", ""],
];

for (const [labels, rules, want] of rows) {
  test(`{${labels}} by [${rules}] is {${want}}`, () => {
    const result = relabel(parseLabels(labels), parseRules(rules));
    assert.equal(result === undefined ? "dropped" : showLabels(result), want);
  });
}

const refusals: readonly (readonly [rule: string, problem: string])[] = [
  ["action:", "relabel action cannot be empty"],
  ["action:Rename", 'unknown relabel action "Rename"'],
  ["from:a", "relabel configuration for replace action requires 'target_label' value"],
  ["action:hashmod to:a", "relabel configuration for hashmod requires non-zero modulus"],
  [
    "action:hashmod mod:2",
    "relabel configuration for hashmod action requires 'target_label' value",
  ],
  [
    "action:lowercase from:a",
    "relabel configuration for lowercase action requires 'target_label' value",
  ],
  [
    "action:keepequal from:a",
    "relabel configuration for keepequal action requires 'target_label' value",
  ],
  ["legacy to:a.b", "\"a.b\" is invalid 'target_label' for replace action"],
  ["legacy to:${1}.b", "\"${1}.b\" is invalid 'target_label' for replace action"],
  ["legacy to:1${1}", "\"1${1}\" is invalid 'target_label' for replace action"],
  ["legacy action:hashmod mod:3 to:a.b", "\"a.b\" is invalid 'target_label' for hashmod action"],
  ["legacy action:uppercase to:${1}", "\"${1}\" is invalid 'target_label' for uppercase action"],
  ["action:uppercase to:a with:b", "'replacement' can not be set for uppercase action"],
  ["action:dropequal to:a with:b", "'replacement' can not be set for dropequal action"],
  ["action:labelmap re:. with:", "\"\" is invalid 'replacement' for labelmap action"],
  ["legacy action:labelmap with:a-b", "\"a-b\" is invalid 'replacement' for labelmap action"],
  [
    "action:dropequal to:a re:(.*)",
    "dropequal action requires only 'source_labels' and `target_label`, and no other fields",
  ],
  [
    "action:keepequal to:a sep:,",
    "keepequal action requires only 'source_labels' and `target_label`, and no other fields",
  ],
  ["action:labeldrop from:a re:b", "labeldrop action requires only 'regex', and no other fields"],
  ["action:labelkeep re:b to:a", "labelkeep action requires only 'regex', and no other fields"],
  ["action:labelkeep re:b with:a", "labelkeep action requires only 'regex', and no other fields"],
];

for (const [rule, problem] of refusals) {
  test(`[${rule}] is refused: ${problem}`, () => {
    assert.throws(() => parseRules(rule), new RelabelError(problem));
  });
}

const accepted: readonly string[] = [
  "legacy to:${1}_$name1x",
  "to:a.b",
  "to:${1}.b",
  "action:labelmap with:a-b",
  "legacy action:labelmap with:x_$1",
  "action:dropequal to:a sep:;",
  "action:keep",
];

for (const rule of accepted) {
  test(`[${rule}] is accepted`, () => assert.equal(parseRules(rule).length, 1));
}

test("an expression that is none is refused in Go's words", () => {
  const message = "error parsing regexp: missing closing ]: `[a)$`";
  assert.throws(() => parseRules("to:a re:[a"), new RegexError(message, undefined));
});

test("a long name is checked at once", () => {
  const name = "$a1".repeat(20_000);
  assert.throws(() => createRelabelRule({ targetLabel: `${name}-` }, "legacy"), RelabelError);
});

test("a trace shows what every rule did and where the target went", () => {
  const rules = parseRules("from:a to:b | action:drop from:b re:foo | to:c with:x");
  const steps = traceRelabel(parseLabels("a=foo"), rules);
  assert.deepEqual(
    steps.map(({ rule, before, after, isKept }) => {
      return [rule.action, showLabels(before), showLabels(after), isKept].join(", ");
    }),
    ["replace, a=foo, a=foo b=foo, true", "drop, a=foo b=foo, , false", "replace, , , false"],
  );
});

function parseLabels(text: string): Labels {
  const pairs = text.split(" ").map((pair) => pair.split("="));
  return labelsOf(pairs.map(([name = "", value = ""]) => [name, value]));
}

function showLabels(labels: Labels): string {
  return [...labelPairs(labels)].map((pair) => pair.join("=")).join(" ");
}

function parseRules(text: string): readonly RelabelRule[] {
  return text === "" ? [] : text.split(" | ").map(parseRule);
}

function parseRule(text: string): RelabelRule {
  const scheme: NameScheme = text.startsWith("legacy ") ? "legacy" : "utf8";
  const fields = new Map<string, string>();
  for (const field of text.replace("legacy ", "").split(" ")) {
    const colon = field.indexOf(":");
    fields.set(field.slice(0, colon), field.slice(colon + 1));
  }
  const modulus = fields.get("mod");
  const config: RelabelConfig = {
    action: fields.get("action"),
    sourceLabels: fields.get("from")?.split(","),
    separator: fields.get("sep"),
    regex: fields.get("re"),
    modulus: modulus === undefined ? undefined : BigInt(modulus),
    targetLabel: fields.get("to"),
    replacement: fields.get("with"),
  };
  return createRelabelRule(config, scheme);
}
