import { useSignal } from "@preact/signals";
import { hrefOf } from "../browser/location.ts";
import { Loaded } from "../parts/loaded.tsx";
import { actor } from "../browser/oncall-session.ts";
import { useOncall } from "./use-oncall.tsx";
import type { Person, Why, WhyAlert as WhyAlertRow } from "./wire.ts";

const refreshMs = 5_000;

/** Why one person was paged, or was not. */
export function WhyPerson({
  path,
  timeText,
}: {
  /** Of the incident in the API. */
  readonly path: string;
  readonly timeText: (time: string) => string;
}) {
  const users = useOncall<readonly Person[]>("users");
  const user = useSignal(actor.value);
  return (
    <section class="card" aria-label="Why">
      <div class="alert-head">
        <h2>Why</h2>
        <label class="inline">
          was
          <select
            aria-label="Whom to ask about"
            value={user.value}
            onChange={({ currentTarget }) => (user.value = currentTarget.value)}
          >
            <option value="">anybody</option>
            {(users.result?.data ?? []).map(({ name, fullName }) => (
              <option key={name} value={name}>
                {fullName}
              </option>
            ))}
          </select>
          paged, or not?
        </label>
      </div>
      <Answer key={user.value} path={path} user={user.value} timeText={timeText} />
    </section>
  );
}

function Answer({
  path,
  user,
  timeText,
}: {
  readonly path: string;
  readonly user: string;
  readonly timeText: (time: string) => string;
}) {
  const why = useOncall<Why>(`${path}/why`, user === "" ? {} : { user }, refreshMs);
  return (
    <Loaded loading={why}>
      {({ summary, reasons }) => (
        <>
          <p>
            <strong>{summary}</strong>
          </p>
          {user !== "" && <PersonalReasons user={user} reasons={reasons} timeText={timeText} />}
        </>
      )}
    </Loaded>
  );
}

/** What the timeline says of one person; what it says of everybody stands there. */
function PersonalReasons({
  user,
  reasons,
  timeText,
}: {
  readonly user: string;
  readonly reasons: Why["reasons"];
  readonly timeText: (time: string) => string;
}) {
  const isReached = reasons.some(({ kind }) => kind === "stepStarted");
  return (
    <>
      {!isReached && <p>No step that was reached pages {user}.</p>}
      <ul class="reasons">
        {reasons.map(({ at, text, isSuppression }, index) => (
          <li key={index} class={isSuppression ? "suppression" : ""}>
            <span class="quiet nowrap">{timeText(at)}</span> {text}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Why alerts led to nothing: asked by a word of their name or labels. */
export function WhyAlert() {
  const written = useSignal("");
  const asked = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    asked.value = written.value.trim();
  };
  return (
    <section class="card" aria-label="Why was nobody paged?">
      <h2>Why was nobody paged?</h2>
      <form class="note-form" onSubmit={submit}>
        <input
          type="search"
          aria-label="A word of the alert's name or labels"
          placeholder="A word of the alert's name or labels"
          value={written.value}
          onInput={({ currentTarget }) => (written.value = currentTarget.value)}
        />
        <button type="submit" disabled={written.value.trim() === ""}>
          Ask
        </button>
      </form>
      {asked.value !== "" && <AlertAnswer key={asked.value} match={asked.value} />}
    </section>
  );
}

function AlertAnswer({ match }: { readonly match: string }) {
  const found = useOncall<readonly WhyAlertRow[]>("alerts/why", { match });
  return (
    <Loaded loading={found}>
      {(rows) =>
        rows.length === 0 ? (
          <p class="quiet">Nothing is known of such an alert.</p>
        ) : (
          <ul class="reasons">
            {rows.map(({ at, incident, text }, index) => (
              <li key={index} class={incident === undefined ? "suppression" : ""}>
                <span class="quiet nowrap">{at.slice(0, 19).replace("T", " ")}Z</span> {text}
                {incident !== undefined && (
                  <>
                    {" "}
                    <a href={hrefOf("incidents", `number=${incident}`)}>Incident #{incident}</a>
                  </>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
