import { useSignal } from "@preact/signals";
import { goTo, hrefOf, search } from "../browser/location.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Badge, Choice, SearchField } from "../parts/page.tsx";
import { sinceText } from "../pages/ago.ts";
import { holdsText } from "../pages/narrow.ts";
import { serverNowMs } from "../browser/oncall-client.ts";
import { AwaitedText } from "./awaited-text.tsx";
import { OncallPage } from "./entrance.tsx";
import { IncidentView } from "./incident-view.tsx";
import { useOncall } from "./use-oncall.tsx";
import { WhyAlert } from "./why-view.tsx";
import { statusKinds } from "./status-kinds.ts";
import type { Incident } from "./wire.ts";

const refreshMs = 5_000;
const incidentsMax = 100;
const choices = ["open", "triggered", "acknowledged", "snoozed", "resolved", "all"] as const;

/** What is wrong and who has it; or one incident in full. */
export function IncidentsPage() {
  const number = new URLSearchParams(search.value).get("number");
  const status = useSignal<(typeof choices)[number]>("open");
  const wanted = useSignal("");
  if (number !== null) {
    return (
      <OncallPage title={`Incident #${number}`}>
        {() => <IncidentView key={number} number={number} />}
      </OncallPage>
    );
  }
  return (
    <OncallPage
      title="Incidents"
      tools={
        <>
          <Choice
            label="Show"
            value={status.value}
            choices={choices}
            onChange={(value) => (status.value = value)}
          />
          <SearchField
            label="Search incidents"
            value={wanted.value}
            onChange={(value) => (wanted.value = value)}
          />
        </>
      }
    >
      {() => (
        <>
          <IncidentList key={status.value} status={status.value} wanted={wanted.value} />
          <WhyAlert />
        </>
      )}
    </OncallPage>
  );
}

function IncidentList({ status, wanted }: { readonly status: string; readonly wanted: string }) {
  const incidents = useOncall<readonly Incident[]>(
    "incidents",
    { status, limit: String(incidentsMax) },
    refreshMs,
  );
  return (
    <Loaded loading={incidents}>
      {(all) => {
        const found = all.filter(({ number, title, service, severity }) =>
          holdsText(wanted, `#${number}`, title, service, severity),
        );
        if (found.length === 0) {
          return <p class="quiet">No {status === "all" ? "" : `${status} `}incidents.</p>;
        }
        return (
          <>
            <ul class="incidents">
              {found.map((incident) => (
                <IncidentRow key={incident.id} incident={incident} />
              ))}
            </ul>
            {all.length === incidentsMax && (
              <p class="quiet">Only the latest {incidentsMax} are looked through.</p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function IncidentRow({ incident }: { readonly incident: Incident }) {
  const { number, title, service, severity, status, urgency, openedAt, acknowledgedBy } = incident;
  const query = `number=${number}`;
  const follow = (event: MouseEvent) => {
    // With a key held, the browser opens another tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo("incidents", query);
  };
  return (
    <li class="card incident-row">
      <div class="alert-head">
        <Badge kind={statusKinds[status]}>{status}</Badge>
        {urgency === "low" && <Badge kind="plain">pages nobody</Badge>}
        <a href={hrefOf("incidents", query)} onClick={follow}>
          #{number} {title}
        </a>
      </div>
      <p class="quiet">
        {service}, {severity}, {sinceText(openedAt, serverNowMs())}
        {acknowledgedBy !== "" && status !== "triggered" && <>, taken by {acknowledgedBy}</>}
      </p>
      <AwaitedText incident={incident} />
    </li>
  );
}
