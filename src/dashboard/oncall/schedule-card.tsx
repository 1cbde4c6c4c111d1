import { useSignal } from "@preact/signals";
import { hrefOf } from "../browser/location.ts";
import { serverNowMs } from "../browser/oncall-client.ts";
import { actor } from "../browser/oncall-session.ts";
import { Loaded } from "../parts/loaded.tsx";
import { type Span, type Week, weeksFrom } from "./calendar-layout.ts";
import { CalendarView } from "./calendar-view.tsx";
import { type Change, comingHours } from "./change.ts";
import { ChangeForm, type SchedulePlace } from "./change-form.tsx";
import { ChangeList } from "./change-list.tsx";
import { PersonName } from "./person-name.tsx";
import { ProblemList } from "./problem-list.tsx";
import { useOncall } from "./use-oncall.tsx";
import type { Duty, NowRow, ScheduleDetail } from "./wire.ts";
import { momentText, type Zone, zoneNamed } from "./zoned-time.ts";

const weekCount = 4;
const refreshMs = 60_000;

/** A schedule: who has it now, four weeks of it, and what people agreed on. */
export function ScheduleCard({
  row,
  zoneName,
  problems,
  onChanged,
}: {
  readonly row: NowRow;
  readonly zoneName: string;
  readonly problems: readonly string[];
  readonly onChanged: () => void;
}) {
  const zone = zoneNamed(zoneName);
  const weeks = weeksFrom(zone, serverNowMs(), weekCount);
  const range = {
    from: new Date(weeks[0]?.fromMs ?? 0).toISOString(),
    until: new Date(weeks.at(-1)?.untilMs ?? 0).toISOString(),
  };
  const place = { path: `schedules/${encodeURIComponent(row.schedule)}`, range, zone };
  const schedule = useOncall<ScheduleDetail>(place.path, range, refreshMs);
  const changed = () => {
    schedule.reload();
    onChanged();
  };
  return (
    <section class="card schedule" aria-label={`Schedule ${row.schedule}`}>
      <ScheduleHead row={row} zone={zone} />
      <ProblemList problems={problems} />
      <Loaded loading={schedule}>
        {(detail) => (
          <>
            <Weeks
              schedule={detail}
              weeks={weeks}
              place={place}
              calendar={row.calendar}
              onChanged={changed}
            />
            <ChangeList path={place.path} schedule={detail} zone={zone} onChanged={changed} />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** The calendar, and what is about to be changed in it. */
function Weeks({
  schedule,
  weeks,
  place,
  calendar,
  onChanged,
}: {
  readonly schedule: ScheduleDetail;
  readonly weeks: readonly Week[];
  readonly place: SchedulePlace;
  readonly calendar: string;
  readonly onChanged: () => void;
}) {
  const change = useSignal<Change | undefined>(undefined);
  const preview = useSignal<readonly Duty[] | undefined>(undefined);
  const begin = (kind: Change["kind"], span: Span) => {
    // Whoever draws anew has still chosen the same person.
    const who = change.value ?? { user: actor.value, other: "" };
    change.value = { user: who.user, other: who.other, kind, ...span };
  };
  const done = () => {
    change.value = undefined;
    preview.value = undefined;
    onChanged();
  };
  return (
    <>
      <CalendarView
        schedule={preview.value === undefined ? schedule : { ...schedule, final: preview.value }}
        weeks={weeks}
        zone={place.zone}
        chosen={change.value}
        isPreview={preview.value !== undefined}
        onChoose={(span) => begin(change.value?.kind ?? "override", span)}
      />
      {change.value === undefined ? (
        <div class="page-tools schedule-tools">
          <button type="button" onClick={() => begin("override", comingHours(serverNowMs()))}>
            New override
          </button>
          <button type="button" onClick={() => begin("swap", comingHours(serverNowMs()))}>
            New swap
          </button>
          <span class="quiet">
            or draw along the final schedule, the lane below{" "}
            {schedule.layers.map(({ name }) => name).join(", ")}
          </span>
          <span class="spring" />
          <a href={hrefOf(`${calendar.slice(1)}.ics`)}>Calendar feed</a>
        </div>
      ) : (
        <ChangeForm
          place={place}
          change={change.value}
          onChange={(next) => (change.value = next)}
          onPreview={(final) => (preview.value = final)}
          onDone={done}
        />
      )}
    </>
  );
}

function ScheduleHead({ row, zone }: { readonly row: NowRow; readonly zone: Zone }) {
  const { schedule, now, next, timeZone } = row;
  const until = now === undefined ? "" : momentText(zone, Date.parse(now.until));
  return (
    <div class="schedule-head">
      <h2>
        {schedule} <span class="quiet">{timeZone}</span>
      </h2>
      <p>
        <PersonName name={now?.user ?? null} /> now
        {next !== undefined && (
          <span class="quiet">
            {" "}
            until {until}, then <PersonName name={next.user} />
          </span>
        )}
        {zone.name !== timeZone && <span class="quiet"> (times of {zone.name})</span>}
      </p>
    </div>
  );
}
