import { useSignal } from "@preact/signals";
import { search } from "../browser/location.ts";
import { Loaded, messageOf, Notice, useAsked } from "../parts/loaded.tsx";
import { Badge, Choice, Page } from "../parts/page.tsx";
import { ask, expireSilence, extendSilence } from "../browser/alerting-client.ts";
import { formatMatcher } from "./matchers.ts";
import { SilenceForm } from "./silence-form.tsx";
import { timeLeft } from "./time-left.ts";
import type { AlertingAlert, Silence } from "./wire.ts";

const refreshMs = 5_000;
type State = "active" | "pending" | "expired";

/** What is silenced, was, or will be. */
export function SilencesPage() {
  const state = useSignal<State>("active");
  // A link from an alert says what to silence.
  const asked = new URLSearchParams(search.value).get("new");
  const form = useSignal<string | undefined>(asked ?? undefined);
  const failure = useSignal("");
  const silences = useAsked<readonly Silence[]>(
    "silences",
    (signal) => ask("silences", [], signal),
    refreshMs,
  );
  const silenced = useAsked<readonly AlertingAlert[]>(
    "silenced alerts",
    (signal) => ask("alerts", [["active", "false"]], signal),
    refreshMs,
  );
  const change = async (done: Promise<void>) => {
    try {
      await done;
      failure.value = "";
      silences.reload();
    } catch (error) {
      // Nothing has changed, and the page says why.
      failure.value = messageOf(error);
    }
  };
  return (
    <Page
      title="Silences"
      tools={
        <>
          <Choice
            label="State"
            value={state.value}
            choices={["active", "pending", "expired"]}
            onChange={(value) => (state.value = value)}
          />
          <button type="button" onClick={() => (form.value = "")}>
            New silence
          </button>
        </>
      }
    >
      {failure.value !== "" && <Notice kind="error">{failure.value}</Notice>}
      {form.value !== undefined && (
        <SilenceForm
          key={form.value}
          matchers={form.value}
          onDone={() => {
            form.value = undefined;
            silences.reload();
          }}
        />
      )}
      <Loaded loading={silences}>
        {(all) => (
          <SilenceList
            state={state.value}
            silences={all.filter(({ status }) => status.state === state.value)}
            silenced={silenced.result?.data}
            onChange={(done) => void change(done)}
            onRecreate={({ matchers }) => {
              form.value = matchers.map(formatMatcher).join(", ");
              globalThis.scrollTo(0, 0);
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}

interface ListProps {
  readonly state: State;
  readonly silences: readonly Silence[];
  /** The alerts that are kept quiet; undefined while they are not known. */
  readonly silenced: readonly AlertingAlert[] | undefined;
  readonly onChange: (done: Promise<void>) => void;
  readonly onRecreate: (silence: Silence) => void;
}

function SilenceList({ state, silences, silenced, onChange, onRecreate }: ListProps) {
  if (silences.length === 0) return <p class="quiet">No {state} silences.</p>;
  return (
    <>
      {silences.map((silence) => (
        <SilenceCard
          key={silence.id}
          silence={silence}
          coveredCount={coveredBy(silence, silenced)}
          onChange={onChange}
          onRecreate={() => onRecreate(silence)}
        />
      ))}
    </>
  );
}

const kinds = { active: "good", pending: "waiting", expired: "plain" } as const;
const extensions = [
  ["+1 h", "Extend by an hour", 3_600_000],
  ["+1 d", "Extend by a day", 86_400_000],
] as const;

/** How many alerts it keeps quiet now; undefined while that is not known. */
function coveredBy(
  { id }: Silence,
  alerts: readonly AlertingAlert[] | undefined,
): number | undefined {
  return alerts?.filter(({ status }) => status.silencedBy.includes(id)).length;
}

function SilenceCard({
  silence,
  coveredCount,
  onChange,
  onRecreate,
}: {
  readonly silence: Silence;
  readonly coveredCount: number | undefined;
  readonly onChange: (done: Promise<void>) => void;
  readonly onRecreate: () => void;
}) {
  const { id, status, matchers, comment, createdBy } = silence;
  const { text, share, endsSoon } = timeLeft(silence, Date.now());
  return (
    <section class="card" aria-label={comment}>
      <div class="alert-head">
        <Badge kind={endsSoon ? "waiting" : kinds[status.state]}>
          {endsSoon ? "ends soon" : status.state}
        </Badge>
        <span class="quiet">{text}</span>
        <span class="spring" />
        {status.state !== "expired" && (
          <>
            {extensions.map(([short, long, byMs]) => (
              <button
                key={short}
                type="button"
                aria-label={long}
                title={long}
                onClick={() => onChange(extendSilence(silence, byMs))}
              >
                {short}
              </button>
            ))}
            <button type="button" onClick={() => onChange(expireSilence(id))}>
              Expire
            </button>
          </>
        )}
        <button type="button" onClick={onRecreate}>
          Recreate
        </button>
      </div>
      {status.state === "active" && (
        <div class={`time-left ${endsSoon ? "soon" : ""}`} aria-hidden="true">
          <span style={{ width: `${share}%` }} />
        </div>
      )}
      <p>
        <code>{matchers.map(formatMatcher).join(", ")}</code>
      </p>
      <p>
        {comment} <span class="quiet">({createdBy})</span>
        {status.state === "active" && coveredCount !== undefined && (
          <span class="quiet"> · {coveredText(coveredCount)}</span>
        )}
      </p>
    </section>
  );
}

function coveredText(count: number): string {
  if (count === 0) return "covers nothing now";
  return `covers ${count === 1 ? "1 alert" : `${count} alerts`} now`;
}
