import { TimeField } from "../query/time-field.tsx";
import { formatDurationMs } from "../query/time-range.ts";
import type { Choice } from "./choice.ts";

const ranges: readonly (readonly [text: string, ms: number])[] = [
  ["6 hours", 6 * 3_600_000],
  ["1 day", 86_400_000],
  ["1 week", 7 * 86_400_000],
  ["4 weeks", 28 * 86_400_000],
];

/** Which range of time a graph shows, and where it ends. */
export function RangeTools({
  choice,
  rangeMsMax,
  onChange,
}: {
  readonly choice: Choice;
  readonly rangeMsMax: number;
  readonly onChange: (change: Pick<Choice, "rangeMs" | "endMs">) => void;
}) {
  const { endMs } = choice;
  const rangeMs = Math.min(choice.rangeMs, rangeMsMax);
  const offered = ranges.filter(([, ms]) => ms <= rangeMsMax);
  const isOffered = offered.some(([, ms]) => ms === rangeMs);
  const own = [formatDurationMs(rangeMs), rangeMs] as const;
  return (
    <div class="page-tools">
      <label class="inline">
        Range
        <select
          value={String(rangeMs)}
          onChange={({ currentTarget }) =>
            onChange({ rangeMs: Number(currentTarget.value), endMs })
          }
        >
          {[...(isOffered ? [] : [own]), ...offered].map(([text, ms]) => (
            <option key={ms} value={String(ms)}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <TimeField label="End" timeMs={endMs} onChange={(end) => onChange({ rangeMs, endMs: end })} />
    </div>
  );
}
