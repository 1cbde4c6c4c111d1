/**
 * Weeks of a schedule: its layers as thin lanes, what comes of them as a thick one. A stretch of time
 * is chosen by drawing along the thick lane, over as many weeks as it takes; or by pressing a duty.
 */
import { useSignal } from "@preact/signals";
import { serverNowMs } from "../browser/oncall-client.ts";
import {
  dragged,
  momentAlong,
  overlaps,
  placeIn,
  type Span,
  spanText,
  type Week,
} from "./calendar-layout.ts";
import { personClass } from "./person-name.tsx";
import type { Duty, ScheduleDetail } from "./wire.ts";
import type { Zone } from "./zoned-time.ts";

/** A drag goes by these steps of the clock. */
const stepMs = 30 * 60_000;
/** How far a pointer moves before it draws and no longer presses, in pixels. */
const drawingFrom = 5;

interface Drawing {
  readonly startX: number;
  readonly startMs: number;
  readonly span: Span | undefined;
}

export function CalendarView({
  schedule,
  weeks,
  zone,
  chosen,
  isPreview,
  onChoose,
}: {
  readonly schedule: ScheduleDetail;
  readonly weeks: readonly Week[];
  readonly zone: Zone;
  readonly chosen: Span | undefined;
  readonly isPreview: boolean;
  readonly onChoose: (span: Span) => void;
}) {
  const { span, handlers } = useDrawing(weeks, zone, onChoose);
  const marked = span ?? chosen;
  return (
    <div
      class={`calendar ${isPreview ? "preview" : ""}`}
      role="group"
      aria-label={isPreview ? "Final schedule as it would be" : "Final schedule"}
      {...handlers}
    >
      {isPreview && <p class="preview-note">Preview, not saved yet</p>}
      {weeks.map((week, index) => (
        <WeekView
          key={week.fromMs}
          schedule={schedule}
          week={week}
          index={index}
          zone={zone}
          marked={marked}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

/** Follows a pointer that draws along the thick lanes; `span` is what it has drawn so far. */
function useDrawing(weeks: readonly Week[], zone: Zone, onChoose: (span: Span) => void) {
  const drawing = useSignal<Drawing | undefined>(undefined);
  const momentUnder = (event: PointerEvent) => {
    const place = globalThis.document.elementFromPoint(event.clientX, event.clientY);
    const lane = place?.closest<HTMLElement>(".lane.final");
    const week = weeks[Number(lane?.dataset["week"])];
    if (lane === null || lane === undefined || week === undefined) return undefined;
    const { left, width } = lane.getBoundingClientRect();
    return momentAlong(zone, week, (event.clientX - left) / width, stepMs);
  };
  const press = (event: PointerEvent) => {
    const startMs = event.button === 0 ? momentUnder(event) : undefined;
    if (startMs === undefined) return;
    drawing.value = { startX: event.clientX, startMs, span: undefined };
  };
  const move = (event: PointerEvent) => {
    const current = drawing.value;
    if (current === undefined) return;
    if (event.buttons === 0) {
      drawing.value = undefined;
      return;
    }
    const isDrawn =
      current.span !== undefined || Math.abs(event.clientX - current.startX) > drawingFrom;
    const endMs = momentUnder(event);
    if (!isDrawn || endMs === undefined) return;
    drawing.value = { ...current, span: dragged(current.startMs, endMs, stepMs) };
  };
  const release = () => {
    const span = drawing.value?.span;
    drawing.value = undefined;
    if (span !== undefined) onChoose(span);
  };
  const handlers = {
    onPointerDown: press,
    onPointerMove: move,
    onPointerUp: release,
    onPointerCancel: () => (drawing.value = undefined),
  };
  return { span: drawing.value?.span, handlers };
}

function WeekView({
  schedule,
  week,
  index,
  zone,
  marked,
  onChoose,
}: {
  readonly schedule: ScheduleDetail;
  readonly week: Week;
  readonly index: number;
  readonly zone: Zone;
  readonly marked: Span | undefined;
  readonly onChoose: (span: Span) => void;
}) {
  const nowMs = serverNowMs();
  const isNow = overlaps(week, { fromMs: nowMs, untilMs: nowMs + 1 });
  const past = placeIn(week, { fromMs: week.fromMs, untilMs: nowMs });
  return (
    <div class="week">
      <div class="week-days" aria-hidden="true">
        {week.days.map(({ fromMs, text, left, width }) => (
          <span key={fromMs} style={{ left: `${left}%`, width: `${width}%` }}>
            {text.slice(0, -4)}
            <span class="month">{text.slice(-4)}</span>
          </span>
        ))}
      </div>
      {schedule.layers.map(({ name, duties }) => (
        <div key={name} class="lane layer" title={name}>
          {dutiesIn(week, duties).map((duty) => (
            <span
              key={duty.from}
              class={`bar ${personClass(duty.user)}`}
              style={styleOf(week, duty)}
            >
              {duty.user}
            </span>
          ))}
        </div>
      ))}
      <div class="lane final" data-week={index}>
        {dutiesIn(week, schedule.final).map((duty) => (
          <DutyBar key={duty.from} duty={duty} week={week} zone={zone} onChoose={onChoose} />
        ))}
        {marked !== undefined && overlaps(week, marked) && (
          <span class="marked" style={percentages(placeIn(week, marked))} />
        )}
        {past.width > 0 && <span class={isNow ? "past now" : "past"} style={percentages(past)} />}
      </div>
    </div>
  );
}

function DutyBar({
  duty,
  week,
  zone,
  onChoose,
}: {
  readonly duty: Duty;
  readonly week: Week;
  readonly zone: Zone;
  readonly onChoose: (span: Span) => void;
}) {
  const who = duty.user ?? "nobody";
  const isAgreed = duty.by === "override" || duty.by === "swap";
  const words = `${who}, ${spanText(zone, spanOf(duty))}${duty.by === "" ? "" : `, by ${duty.by}`}`;
  return (
    <button
      type="button"
      class={`bar ${personClass(duty.user)} ${isAgreed ? "agreed" : ""}`}
      style={styleOf(week, duty)}
      title={words}
      aria-label={`${words}. Override this`}
      onClick={() => onChoose(spanOf(duty))}
    >
      {who}
    </button>
  );
}

function dutiesIn(week: Span, duties: readonly Duty[]): readonly Duty[] {
  return duties.filter((duty) => overlaps(week, spanOf(duty)));
}

function spanOf({ from, until }: Duty): Span {
  return { fromMs: Date.parse(from), untilMs: Date.parse(until) };
}

function styleOf(week: Span, duty: Duty) {
  return percentages(placeIn(week, spanOf(duty)));
}

function percentages({ left, width }: { readonly left: number; readonly width: number }) {
  return { left: `${left}%`, width: `${width}%` };
}
