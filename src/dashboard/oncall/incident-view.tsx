import { serverNowMs, tellOncall } from "../browser/oncall-client.ts";
import { hrefOf } from "../browser/location.ts";
import { Loaded, Notice } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { sinceText } from "../pages/ago.ts";
import { zone as zoneChoice } from "../browser/preferences.ts";
import { AwaitedText } from "./awaited-text.tsx";
import { IncidentActions, NoteForm, Verdict } from "./incident-actions.tsx";
import { Latest } from "./latest.tsx";
import { MessageTable } from "./message-table.tsx";
import { actor } from "../browser/oncall-session.ts";
import { statusKinds } from "./status-kinds.ts";
import { useDoing, useOncall } from "./use-oncall.tsx";
import { WhyPerson } from "./why-view.tsx";
import type { IncidentDetail } from "./wire.ts";
import { momentText, ownZoneName, zoneNamed } from "./zoned-time.ts";

const refreshMs = 2_000;
const timelineShown = 15;

/** One incident: what may be done about it, who was told how, and everything that happened. */
export function IncidentView({ number }: { readonly number: string }) {
  const path = `incidents/${encodeURIComponent(number)}`;
  const incident = useOncall<IncidentDetail>(path, {}, refreshMs);
  const doing = useDoing();
  const act = (verb: string, body: object = {}) =>
    doing.run(
      () =>
        tellOncall({ method: "POST", path: `${path}/${verb}`, body: { by: actor.value, ...body } }),
      incident.reload,
    );
  const zone = zoneNamed(zoneChoice.value === "utc" ? "UTC" : ownZoneName());
  const timeText = (time: string) => momentText(zone, Date.parse(time));
  return (
    <>
      <p>
        <a href={hrefOf("incidents")}>All incidents</a>
      </p>
      {doing.failure !== "" && <Notice kind="error">{doing.failure}</Notice>}
      <Loaded loading={incident}>
        {(found) => (
          <>
            <section class="card" aria-label="State">
              <IncidentHead incident={found} />
              <AwaitedText incident={found} />
              <IncidentActions incident={found} isBusy={doing.isBusy} onAct={act} />
              <Verdict incident={found} onAct={act} />
            </section>
            <MessageTable messages={found.messages} timeText={timeText} />
            <Timeline incident={found} timeText={timeText} />
            <NoteForm isBusy={doing.isBusy} onAct={act} />
            <WhyPerson path={path} timeText={timeText} />
          </>
        )}
      </Loaded>
    </>
  );
}

function IncidentHead({ incident }: { readonly incident: IncidentDetail }) {
  const { title, details, status, severity, service, team, source, openedAt } = incident;
  const { acknowledgedBy, resolvedBy, links, alertCount, policy, quietCause } = incident;
  return (
    <>
      <div class="alert-head">
        <Badge kind={statusKinds[status]}>{status}</Badge>
        <strong class="incident-title">{title}</strong>
      </div>
      <p class="quiet">
        {severity}, {service} of team {team}, from {source}, opened{" "}
        {sinceText(openedAt, serverNowMs())}
        {alertCount > 1 && <>, reported {alertCount} times</>}, by the policy {policy}
      </p>
      {status === "resolved" && <p>Resolved by {resolvedBy}.</p>}
      {status !== "resolved" && acknowledgedBy !== "" && <p>Acknowledged by {acknowledgedBy}.</p>}
      {quietCause !== undefined && (
        <Notice kind="info">Nobody is paged: {quietCause.detail}.</Notice>
      )}
      {details !== "" && <pre class="details">{details}</pre>}
      {links.length > 0 && (
        <p class="inline">
          {links
            .filter(({ href }) => /^https?:/.test(href))
            .map(({ text, href }) => (
              <a key={href} href={href}>
                {text}
              </a>
            ))}
        </p>
      )}
    </>
  );
}

function Timeline({
  incident: { timeline },
  timeText,
}: {
  readonly incident: IncidentDetail;
  readonly timeText: (time: string) => string;
}) {
  return (
    <section class="card" aria-label="Timeline">
      <h2>Timeline</h2>
      <Latest items={timeline} count={timelineShown}>
        {(shown) => (
          <ol class="timeline">
            {shown.map(({ at, kind, text, isSuppression }) => (
              <li key={`${at} ${text}`} class={`${kind} ${isSuppression ? "suppression" : ""}`}>
                <time dateTime={at} title={at}>
                  {timeText(at)}:{at.slice(17, 19)}
                </time>
                <span>{text}</span>
              </li>
            ))}
          </ol>
        )}
      </Latest>
    </section>
  );
}
