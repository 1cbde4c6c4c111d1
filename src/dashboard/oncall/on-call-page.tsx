import { useSignal } from "@preact/signals";
import { Loaded, Notice } from "../parts/loaded.tsx";
import { Choice } from "../parts/page.tsx";
import { ContactsCard } from "./contacts-card.tsx";
import { OncallPage } from "./entrance.tsx";
import { LadderCard } from "./ladder-card.tsx";
import { ScheduleCard } from "./schedule-card.tsx";
import { actor } from "../browser/oncall-session.ts";
import { useOncall } from "./use-oncall.tsx";
import type { Finding, NowRow, ServiceRow } from "./wire.ts";
import { ownZoneName } from "./zoned-time.ts";

const refreshMs = 15_000;
type Clock = "schedule" | "mine" | "UTC";

/** Who is on call now and in the weeks to come, and whom that would page. */
export function OnCallPage() {
  const clock = useSignal<Clock>("schedule");
  return (
    <OncallPage
      title="On-call"
      tools={
        <Choice
          label="Times of"
          value={clock.value}
          choices={["schedule", "mine", "UTC"]}
          onChange={(value) => (clock.value = value)}
        />
      }
    >
      {() => <OnCall clock={clock.value} />}
    </OncallPage>
  );
}

function OnCall({ clock }: { readonly clock: Clock }) {
  const findings = useOncall<readonly Finding[]>("check", {}, refreshMs);
  const services = useOncall<readonly ServiceRow[]>("services", {}, refreshMs);
  const now = useOncall<readonly NowRow[]>("now", {}, refreshMs);
  const problems = findings.result?.data ?? [];
  const problemsOf = (object: string) =>
    problems.filter((one) => one.object === object).map(({ problem }) => problem);
  const zoneOf = ({ timeZone }: NowRow) =>
    ({ schedule: timeZone, mine: ownZoneName(), UTC: "UTC" })[clock];
  const reload = () => {
    for (const one of [findings, services, now]) one.reload();
  };
  const general = problems.filter(({ object }) => !/^(?:schedule|policy) /.test(object));
  return (
    <>
      {general.length > 0 && (
        <Notice kind="warning">
          <ul class="plain-list">
            {general.map(({ object, problem }) => (
              <li key={`${object} ${problem}`}>
                {object}: {problem}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Loaded loading={services}>
        {(rows) => (
          <div class="columns">
            {rows.map((service) => (
              <LadderCard
                key={service.name}
                service={service}
                problems={problemsOf(`policy ${service.policy}`)}
              />
            ))}
          </div>
        )}
      </Loaded>
      <Loaded loading={now}>
        {(rows) =>
          rows.map((row) => (
            <ScheduleCard
              key={`${row.schedule} ${zoneOf(row)}`}
              row={row}
              zoneName={zoneOf(row)}
              problems={problemsOf(`schedule ${row.schedule}`)}
              onChanged={reload}
            />
          ))
        }
      </Loaded>
      {actor.value !== "" && <ContactsCard key={actor.value} user={actor.value} />}
    </>
  );
}
