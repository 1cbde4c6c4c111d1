import type { AlertStore, OnSuppressed } from "#alerting";
import type { SuppressedReport } from "#oncall";
import { labelPairs } from "#series";

/** What on-call is to remember of alerts that somebody was not told of. */
export function suppressedReports(
  alerts: AlertStore,
  suppressed: Parameters<OnSuppressed>[0],
): readonly SuppressedReport[] {
  const { cause, fingerprints, receiver } = suppressed;
  const detail = `${receiver} was not told: ${detailOf(suppressed)}`;
  return fingerprints.map((fingerprint) => {
    const labels = alerts.find(fingerprint)?.labels ?? [];
    const pairs = [...labelPairs(labels)].map(([name, value]) => `${name}="${value}"`);
    return { key: fingerprint, alert: `{${pairs.join(", ")}}`, cause, detail };
  });
}

function detailOf(suppressed: Parameters<OnSuppressed>[0]): string {
  switch (suppressed.cause) {
    case "inhibited":
      return `explained by ${suppressed.by.join(", ")} (${suppressed.rules.join(", ")})`;
    case "silenced":
      return `silenced by ${suppressed.by.join(", ")}`;
    case "muted":
      return `muted by ${suppressed.by.join(", ")}`;
    case "inactive":
      return `outside of ${suppressed.outside.join(", ")}`;
    case "unchanged":
      return "it knows, and nothing has changed";
  }
}
