/** What a run of `node --test` says in the end, read from the text of its `spec` reporter. */

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped, and how many for each reason. */
  readonly skipReasons: ReadonlyMap<string, number>;
}

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0, skipReasons: new Map() };

export function readTestOutput(text: string): TestCounts {
  const count = (word: string) =>
    Number(new RegExp(`^ℹ ${word} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  const reasons = [...text.matchAll(/^\s*﹣ .* # (.*)$/gm)].map((found) => found[1] ?? "");
  return {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped") + count("todo"),
    skipReasons: countEach(
      reasons.map((reason) => (reason === "SKIP" ? "no reason given" : reason)),
    ),
  };
}

export function addCounts(left: TestCounts, right: TestCounts): TestCounts {
  const reasons = new Map(left.skipReasons);
  for (const [reason, times] of right.skipReasons) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  }
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    skipReasons: reasons,
  };
}

function countEach(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
