import { zone } from "../browser/preferences.ts";
import { formatTime } from "../query/time-range.ts";
import { dayTicks, placeOf, type TimeSpan } from "./time-marks.ts";

export interface MarkRow {
  readonly name: string;
  /** Of the style sheet: `page`, `ticket`. */
  readonly kind: string;
  readonly moments: readonly TimeSpan[];
}

/** Moments as marks on an axis of time, a row for each kind. The list beside it says the same in words. */
export function MarksAxis({
  axis,
  rows,
}: {
  readonly axis: TimeSpan;
  readonly rows: readonly MarkRow[];
}) {
  return (
    <div class="marks" role="img" aria-label={wordsOf(axis, rows)}>
      {rows.map(({ name, kind, moments }) => (
        <div key={name} class="marks-row">
          <span class="marks-name">{name}</span>
          <div class="marks-line">
            {moments.map((moment) => {
              const { left, width } = placeOf(moment, axis);
              const style = { left: `${left}%`, width: `max(${width}%, 5px)` };
              return <span key={moment.startMs} class={`mark ${kind}`} style={style} />;
            })}
          </div>
        </div>
      ))}
      <div class="marks-row">
        <span class="marks-name" />
        <div class="marks-ticks">
          {dayTicks(axis, zone.value).map(({ left, text }) => (
            <span key={left} style={{ left: `${left}%` }}>
              {text}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

function wordsOf({ startMs, endMs }: TimeSpan, rows: readonly MarkRow[]): string {
  const counts = rows.map(({ name, moments }) => `${name}: ${moments.length}`).join(", ");
  const [from, to] = [startMs, endMs].map((timeMs) => formatTime(timeMs, zone.value).slice(0, 10));
  return `${counts} from ${from} to ${to}`;
}
