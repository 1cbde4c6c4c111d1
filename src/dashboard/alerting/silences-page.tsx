import { useSignal } from "@preact/signals";
import { Loaded, messageOf, Notice, useAsked } from "../parts/loaded.tsx";
import { Badge, Choice, Page } from "../parts/page.tsx";
import { durationText } from "../pages/ago.ts";
import { ask, expireSilence } from "../browser/alerting-client.ts";
import { formatMatcher } from "./matchers.ts";
import { SilenceForm } from "./silence-form.tsx";
import type { Silence } from "./wire.ts";

const refreshMs = 5_000;
type State = "active" | "pending" | "expired";

/** What is silenced, was, or will be. */
export function SilencesPage() {
  const state = useSignal<State>("active");
  const form = useSignal<string | undefined>(undefined);
  const failure = useSignal("");
  const silences = useAsked<readonly Silence[]>(
    "silences",
    (signal) => ask("silences", [], signal),
    refreshMs,
  );
  const expire = async (id: string) => {
    try {
      await expireSilence(id);
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
        {(all) => {
          const shown = all.filter(({ status }) => status.state === state.value);
          if (shown.length === 0) return <p class="quiet">No {state.value} silences.</p>;
          return shown.map((silence) => (
            <SilenceCard
              key={silence.id}
              silence={silence}
              onExpire={() => void expire(silence.id)}
              onRecreate={() => {
                form.value = silence.matchers.map(formatMatcher).join(", ");
                globalThis.scrollTo(0, 0);
              }}
            />
          ));
        }}
      </Loaded>
    </Page>
  );
}

const kinds = { active: "good", pending: "waiting", expired: "plain" } as const;

function SilenceCard({
  silence,
  onExpire,
  onRecreate,
}: {
  readonly silence: Silence;
  readonly onExpire: () => void;
  readonly onRecreate: () => void;
}) {
  const { status, matchers, comment, createdBy } = silence;
  return (
    <section class="card" aria-label={comment}>
      <div class="alert-head">
        <Badge kind={kinds[status.state]}>{status.state}</Badge>
        <span class="quiet">{timesText(silence)}</span>
        <span class="spring" />
        {status.state !== "expired" && (
          <button type="button" onClick={onExpire}>
            Expire
          </button>
        )}
        <button type="button" onClick={onRecreate}>
          Recreate
        </button>
      </div>
      <p>
        <code>{matchers.map(formatMatcher).join(", ")}</code>
      </p>
      <p>
        {comment} <span class="quiet">({createdBy})</span>
      </p>
    </section>
  );
}

function timesText({ startsAt, endsAt, status }: Silence): string {
  const nowMs = Date.now();
  const until = (Date.parse(endsAt) - nowMs) / 1_000;
  if (status.state === "active") return `for another ${durationText(until)}`;
  if (status.state === "expired") return `ended ${durationText(-until)} ago`;
  return `begins in ${durationText((Date.parse(startsAt) - nowMs) / 1_000)}`;
}
