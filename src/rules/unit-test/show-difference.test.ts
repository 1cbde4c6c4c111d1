import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import type { ShownAlert } from "./show.ts";
import { showDifference } from "./show-difference.ts";

// Alerts as `label=value … / annotation=value …`; colours as -missing-, +new+ and ~changed~.
for (const [why, expected, got, want] of [
  [
    "labels of both are compared one by one",
    ["a=1 b=2 c=3 / s=x"],
    ["a=1 b=4 d=5 / s=x"],
    `[
    {
        "Annotations": {
            "s": "x"
        },
        "Labels": {
            "a": "1",
            "b": ~"2" => "4"~,
            -"c": "3"-,
            +"d": "5"+
        }
    }
]`,
  ],
  [
    "an alert that only one side has is of one colour, commas included",
    ["a=1 /"],
    ["a=1 /", "a=2 b=3 /"],
    `[
    {
        "Annotations": {},
        "Labels": {
            "a": "1"
        }
    },
    +{+
        +"Annotations": {},+
        +"Labels": {+
            +"a": "2",+
            +"b": "3"+
        +}+
    +}+
]`,
  ],
  [
    "no alert counts as one without labels",
    ["a=1 / s=x"],
    [],
    `[
    {
        "Annotations": {
            -"s": "x"-
        },
        "Labels": {
            -"a": "1"-
        }
    }
]`,
  ],
] as const) {
  test(why, () => {
    const shown = showDifference(expected.map(alertOf), got.map(alertOf));
    const unindented = shown.replaceAll("\n            ", "\n");
    assert.equal(withMarks(unindented), want);
  });
}

function alertOf(text: string): ShownAlert {
  const [labels = [], annotations = []] = text.split("/").map(pairsOf);
  return { labels: labelsOf(labels), annotations: labelsOf(annotations) };
}

function pairsOf(text: string): readonly (readonly [string, string])[] {
  const words = text.split(" ").filter((word) => word !== "");
  return words.map((word) => {
    const [name = "", value = ""] = word.split("=");
    return [name, value];
  });
}

function withMarks(text: string): string {
  const marks = new Map([
    ["1", "-"],
    ["2", "+"],
    ["3", "~"],
  ]);
  return text.replaceAll(
    /\u001b\[0;3(\d)m(.*?)\u001b\[0m/g,
    (_, colour: string, inside: string) => {
      const mark = marks.get(colour) ?? "?";
      return mark + inside + mark;
    },
  );
}
