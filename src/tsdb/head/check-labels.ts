import { compareText } from "#base";
import { type Labels, labelPairs } from "#series";

/** A label set that no series can have. */
export class InvalidLabelsError extends Error {
  constructor(problem: string) {
    super(`${problem}: invalid sample`);
    this.name = "InvalidLabelsError";
  }
}

/** Throws `InvalidLabelsError`. */
export function checkLabels(labels: Labels): void {
  if (labels.length === 0) throw new InvalidLabelsError("empty labelset");
  let previous = "";
  for (const [name, value] of labelPairs(labels)) {
    if (name === previous) throw new InvalidLabelsError(`label name "${name}" is not unique`);
    if (name === "" || value === "" || compareText(name, previous) < 0) {
      throw new InvalidLabelsError(`label "${name}" is empty or out of order`);
    }
    previous = name;
  }
}
