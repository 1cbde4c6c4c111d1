import { compareText } from "#base";

/**
 * A label set as a flat list: name, value, name, value, …; sorted by name, each name once, no empty
 * values (an absent label and an empty one are the same thing). Never changed once built.
 *
 * One array per set and strings shared between sets keep a million series small; no map is built.
 */
export type Labels = readonly string[];

export const noLabels: Labels = [];
export const metricNameLabel = "__name__";

/** Builds a label set from name and value pairs in any order; the last of equal names wins. */
export function labelsOf(pairs: Iterable<readonly [string, string]>): Labels {
  const byName = new Map(pairs);
  const names = [...byName.keys()].filter((name) => byName.get(name) !== "").sort(compareText);
  return names.flatMap((name) => [name, byName.get(name) ?? ""]);
}

/** The value of a label, or the empty string when the set does not have it. */
export function labelValue(labels: Labels, name: string): string {
  for (let index = 0; index < labels.length; index += 2) {
    if (labels[index] === name) return labels[index + 1] ?? "";
  }
  return "";
}

/** Name and value pairs in order. */
export function* labelPairs(labels: Labels): Generator<readonly [string, string]> {
  for (let index = 0; index < labels.length; index += 2) {
    yield [labels[index] ?? "", labels[index + 1] ?? ""];
  }
}

/** A string that is equal exactly for equal label sets: a key for maps. */
export function labelsKey(labels: Labels): string {
  // 0xFF bytes never occur in UTF-8, and U+FFFF is no character: it cannot be part of a label.
  return labels.join("\uffff");
}

/** Orders label sets by name, then value, pair by pair; a prefix comes first. */
export function compareLabels(left: Labels, right: Labels): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const [one, other] = [left[index] ?? "", right[index] ?? ""];
    // Sets of one storage share their strings: those that are equal are mostly the same.
    if (one === other) continue;
    return compareText(one, other);
  }
  return left.length - right.length;
}

export function equalLabels(left: Labels, right: Labels): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

/** The set with only the named labels. */
export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => names.has(name));
}

/** The set without the named labels. */
export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => !names.has(name));
}

/** The set with one label set to `value`, or removed when `value` is empty. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  const out: string[] = [];
  let isPlaced = value === "";
  for (let index = 0; index < labels.length; index += 2) {
    const present = labels[index] ?? "";
    if (!isPlaced && compareText(name, present) <= 0) {
      out.push(name, value);
      isPlaced = true;
    }
    if (present !== name) out.push(present, labels[index + 1] ?? "");
  }
  if (!isPlaced) out.push(name, value);
  return out;
}

function filterLabels(labels: Labels, isKept: (name: string) => boolean): Labels {
  const out: string[] = [];
  for (let index = 0; index < labels.length; index += 2) {
    const name = labels[index] ?? "";
    if (isKept(name)) out.push(name, labels[index + 1] ?? "");
  }
  return out;
}
