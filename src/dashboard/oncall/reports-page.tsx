import { useSignal } from "@preact/signals";
import { serverNowMs } from "../browser/oncall-client.ts";
import { zone as zoneChoice } from "../browser/preferences.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Choice } from "../parts/page.tsx";
import { AuditTable } from "./audit-table.tsx";
import { countdownText } from "./countdown.ts";
import { OncallPage } from "./entrance.tsx";
import { PersonName } from "./person-name.tsx";
import { useOncall } from "./use-oncall.tsx";
import { WakePicture } from "./wake-picture.tsx";
import type { PersonRow, Report, ShiftRow } from "./wire.ts";
import { spanText } from "./calendar-layout.ts";
import { ownZoneName, type Zone, zoneNamed } from "./zoned-time.ts";

const dayMs = 86_400_000;
const lengths = ["7 days", "28 days", "90 days"] as const;

/** What being on call was like, by person and by shift, and who changed what. */
export function ReportsPage() {
  const length = useSignal<(typeof lengths)[number]>("28 days");
  return (
    <OncallPage
      title="Reports"
      tools={
        <Choice
          label="The last"
          value={length.value}
          choices={lengths}
          onChange={(value) => (length.value = value)}
        />
      }
    >
      {() => <Reports key={length.value} days={Number.parseInt(length.value, 10)} />}
    </OncallPage>
  );
}

function Reports({ days }: { readonly days: number }) {
  const untilMs = useSignal(serverNowMs()).value;
  const range = {
    from: new Date(untilMs - days * dayMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  };
  const report = useOncall<Report>("report", range);
  const zone = zoneNamed(zoneChoice.value === "utc" ? "UTC" : ownZoneName());
  return (
    <>
      <Loaded loading={report}>
        {({ rows, shifts, pages }) => (
          <>
            <section class="card" aria-label="By person">
              <h2>By person</h2>
              {rows.length === 0 ? (
                <p class="quiet">Nobody was paged in the last {days} days.</p>
              ) : (
                <>
                  <PersonTable rows={rows} />
                  <WakePicture pages={pages} range={range} />
                </>
              )}
            </section>
            <section class="card" aria-label="By shift">
              <h2>By shift</h2>
              <ShiftTable shifts={shifts} zone={zone} />
            </section>
          </>
        )}
      </Loaded>
      <AuditTable range={range} zone={zone} />
    </>
  );
}

const personHeadings = [
  "Person",
  "Pages",
  "Out of hours",
  "Acknowledged",
  "After (median)",
  "False",
];

function PersonTable({ rows }: { readonly rows: readonly PersonRow[] }) {
  return (
    <div class="scroll" role="group" aria-label="Table of people" tabIndex={0}>
      <table class="report-table">
        <thead>
          <tr>
            {personHeadings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ user, pages, outOfHours, acknowledged, acknowledgeMs, falseShare }) => (
            <tr key={user}>
              <th scope="row">
                <PersonName name={user} />
              </th>
              <td>{pages}</td>
              <td>{outOfHours}</td>
              <td>{acknowledged}</td>
              <td>{acknowledgeMs === undefined ? "–" : countdownText(acknowledgeMs)}</td>
              <td>
                {falseShare === undefined ? "not rated" : `${Math.round(falseShare * 100)} %`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How many shifts are listed before somebody asks for the others. */
const shiftsShown = 10;

function ShiftTable({
  shifts,
  zone,
}: {
  readonly shifts: readonly ShiftRow[];
  readonly zone: Zone;
}) {
  const isWhole = useSignal(false);
  const shown = isWhole.value ? shifts : shifts.slice(0, shiftsShown);
  return (
    <>
      <div class="scroll" role="group" aria-label="Table of shifts" tabIndex={0}>
        <table class="report-table">
          <thead>
            <tr>
              {["Person", "Schedule", "When", "Pages", "Out of hours"].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ user, schedule, from, until, pages, outOfHours }) => (
              <tr key={`${schedule} ${from}`}>
                <th scope="row">
                  <PersonName name={user} />
                </th>
                <td>{schedule}</td>
                <td>{spanText(zone, { fromMs: Date.parse(from), untilMs: Date.parse(until) })}</td>
                <td>{pages}</td>
                <td>{outOfHours}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < shifts.length && (
        <button type="button" onClick={() => (isWhole.value = true)}>
          Show all {shifts.length}
        </button>
      )}
    </>
  );
}
