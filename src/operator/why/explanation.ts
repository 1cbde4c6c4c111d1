/** Why an object has the targets (or rules) that it has: what was looked at, one step after the other. */

export interface Finding {
  /** `ok` and `failed` decide; a `note` is only worth knowing. */
  readonly outcome: "ok" | "failed" | "note";
  readonly text: string;
  /** What to do; on what failed. */
  readonly advice?: string;
}

export interface Explanation {
  /** `servicemonitor/web in namespace default`. */
  readonly subject: string;
  readonly findings: readonly Finding[];
  /** One sentence that says what to do, or that there is nothing to do. */
  readonly advice: string;
}

export function ok(text: string): Finding {
  return { outcome: "ok", text };
}

export function note(text: string): Finding {
  return { outcome: "note", text };
}

export function failed(text: string, advice: string): Finding {
  return { outcome: "failed", text, advice };
}

/** The first thing that fails is what there is to be done; later ones may follow from it. */
export function explanationOf(
  subject: string,
  findings: readonly Finding[],
  whenAllIsWell: string,
): Explanation {
  const first = findings.find(({ outcome }) => outcome === "failed");
  return { subject, findings, advice: first?.advice ?? whenAllIsWell };
}

/** `a, b and 3 more`. */
export function listText(items: readonly string[], shownMax = 4): string {
  const rest = items.length - shownMax;
  const shown = items.slice(0, rest > 0 ? shownMax : items.length).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** `1 service`, `2 services`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
