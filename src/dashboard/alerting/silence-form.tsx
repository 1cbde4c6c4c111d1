import { type Signal, useSignal } from "@preact/signals";
import { LabelTags } from "../parts/label-set.tsx";
import { Loaded, messageOf, Notice, useAsked } from "../parts/loaded.tsx";
import { addSilence, ask } from "../browser/alerting-client.ts";
import { formatMatcher, parseMatchers } from "./matchers.ts";
import type { AlertingAlert, Matcher } from "./wire.ts";

const hours = [1, 2, 4, 8, 24, 72, 168];

/** A new silence, with a preview of what it covers. */
export function SilenceForm({
  matchers: initial,
  onDone,
}: {
  readonly matchers: string;
  /** Called when the silence is there, or not wanted any more. */
  readonly onDone: () => void;
}) {
  const written = useSignal(initial);
  const length = useSignal(2);
  const author = useSignal(globalThis.localStorage.getItem("silence-author") ?? "");
  const comment = useSignal("");
  const failure = useSignal("");
  const matchers = parseMatchers(written.value);
  const isReady =
    typeof matchers !== "string" &&
    matchers.length > 0 &&
    author.value !== "" &&
    comment.value !== "";
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typeof matchers === "string") return;
    const nowMs = Date.now();
    try {
      await addSilence({
        matchers,
        startsAt: new Date(nowMs).toISOString(),
        endsAt: new Date(nowMs + length.value * 3_600_000).toISOString(),
        createdBy: author.value,
        comment: comment.value,
      });
      globalThis.localStorage.setItem("silence-author", author.value);
      onDone();
    } catch (error) {
      // The form stays, and says what the server has against it.
      failure.value = messageOf(error);
    }
  };
  return (
    <form
      class="card silence-form"
      aria-label="New silence"
      onSubmit={(event) => void submit(event)}
    >
      <h2>New silence</h2>
      <label>
        What it covers
        <textarea
          rows={2}
          value={written.value}
          onInput={({ currentTarget }) => (written.value = currentTarget.value)}
        />
      </label>
      <Fields length={length} author={author} comment={comment} />
      {failure.value !== "" && <Notice kind="error">{failure.value}</Notice>}
      {typeof matchers === "string" ? (
        <Notice kind="warning">“{matchers}” is no matcher; write label="value"</Notice>
      ) : (
        matchers.length > 0 && <Preview matchers={matchers} />
      )}
      <div class="page-tools">
        <button class="primary" type="submit" disabled={!isReady}>
          Silence
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** For how long, who silences and why. */
function Fields({
  length,
  author,
  comment,
}: {
  readonly length: Signal<number>;
  readonly author: Signal<string>;
  readonly comment: Signal<string>;
}) {
  return (
    <div class="fields">
      <label>
        How long
        <select
          value={String(length.value)}
          onChange={({ currentTarget }) => (length.value = Number(currentTarget.value))}
        >
          {hours.map((count) => (
            <option key={count} value={String(count)}>
              {count < 24 ? `${count} h` : `${count / 24} d`}
            </option>
          ))}
        </select>
      </label>
      <label>
        Who
        <input
          value={author.value}
          onInput={({ currentTarget }) => (author.value = currentTarget.value)}
        />
      </label>
      <label class="wide">
        Why
        <input
          value={comment.value}
          onInput={({ currentTarget }) => (comment.value = currentTarget.value)}
        />
      </label>
    </div>
  );
}

const refreshMs = 5_000;

/** The alerts of now that a silence would cover. */
function Preview({ matchers }: { readonly matchers: readonly Matcher[] }) {
  const query = matchers.map((one) => ["filter", formatMatcher(one)] as const);
  const found = useAsked<readonly AlertingAlert[]>(
    JSON.stringify(query),
    (signal) => ask("alerts", query, signal),
    refreshMs,
  );
  return (
    <Loaded loading={found}>
      {(alerts) => (
        <details class="preview" open={alerts.length <= 3}>
          <summary>
            Covers {alerts.length} {alerts.length === 1 ? "alert" : "alerts"} now
          </summary>
          <ul>
            {alerts.map(({ fingerprint, labels }) => (
              <li key={fingerprint}>
                <LabelTags labels={labels} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Loaded>
  );
}
