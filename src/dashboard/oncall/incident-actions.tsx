import { useSignal } from "@preact/signals";
import { useOncall } from "./use-oncall.tsx";
import type { IncidentDetail, Person } from "./wire.ts";

type Act = (verb: string, body?: object) => void;

const snoozes = ["30m", "1h", "4h", "12h"];
const verdicts = ["actionable", "false", "not actionable"];

/** The buttons, large enough for a thumb in the dark. */
export function IncidentActions({
  incident,
  isBusy,
  onAct,
}: {
  readonly incident: IncidentDetail;
  readonly isBusy: boolean;
  readonly onAct: Act;
}) {
  const { status } = incident;
  if (status === "resolved") return null;
  const button = (text: string, verb: string, kind = "") => (
    <button type="button" class={kind} disabled={isBusy} onClick={() => onAct(verb)}>
      {text}
    </button>
  );
  return (
    <div class="actions">
      {status === "triggered" && button("Acknowledge", "acknowledge", "primary")}
      {status !== "triggered" && button("Unacknowledge", "unacknowledge")}
      {button("Resolve", "resolve")}
      {button("Escalate now", "escalate")}
      <Snooze isBusy={isBusy} onAct={onAct} />
      <Reassign isBusy={isBusy} onAct={onAct} />
    </div>
  );
}

function Snooze({ isBusy, onAct }: { readonly isBusy: boolean; readonly onAct: Act }) {
  const length = useSignal("1h");
  return (
    <span class="pair">
      <button
        type="button"
        disabled={isBusy}
        onClick={() => onAct("snooze", { for: length.value })}
      >
        Snooze
      </button>
      <select
        aria-label="Snooze for"
        value={length.value}
        onChange={({ currentTarget }) => (length.value = currentTarget.value)}
      >
        {snoozes.map((text) => (
          <option key={text}>{text}</option>
        ))}
      </select>
    </span>
  );
}

function Reassign({ isBusy, onAct }: { readonly isBusy: boolean; readonly onAct: Act }) {
  const users = useOncall<readonly Person[]>("users");
  const user = useSignal("");
  return (
    <span class="pair">
      <button
        type="button"
        disabled={isBusy || user.value === ""}
        onClick={() => onAct("reassign", { user: user.value })}
      >
        Reassign
      </button>
      <select
        aria-label="Reassign to"
        value={user.value}
        onChange={({ currentTarget }) => (user.value = currentTarget.value)}
      >
        <option value="">to…</option>
        {(users.result?.data ?? []).map(({ name, fullName }) => (
          <option key={name} value={name}>
            {fullName}
          </option>
        ))}
      </select>
    </span>
  );
}

/** What it was worth, for the report. */
export function Verdict({
  incident: { status, verdict },
  onAct,
}: {
  readonly incident: IncidentDetail;
  readonly onAct: Act;
}) {
  if (status === "triggered") return null;
  return (
    <div class="page-tools verdict" role="group" aria-label="Was it worth a page?">
      <span>Was it worth a page?</span>
      {verdicts.map((one) => (
        <button
          key={one}
          type="button"
          class="toggle"
          aria-pressed={verdict === one}
          onClick={() => onAct("rate", { verdict: one })}
        >
          {one}
        </button>
      ))}
    </div>
  );
}

export function NoteForm({ isBusy, onAct }: { readonly isBusy: boolean; readonly onAct: Act }) {
  const text = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    onAct("note", { text: text.value });
    text.value = "";
  };
  return (
    <form class="card note-form" aria-label="Note" onSubmit={submit}>
      <input
        aria-label="Note for the timeline"
        placeholder="Note for the timeline"
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <button type="submit" disabled={isBusy || text.value.trim() === ""}>
        Add
      </button>
    </form>
  );
}
