import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { tellOncall } from "../browser/oncall-client.ts";
import { actor } from "../browser/oncall-session.ts";
import { messageOf, Notice } from "../parts/loaded.tsx";
import { type Change, nobody, requestOf } from "./change.ts";
import { ProblemList } from "./problem-list.tsx";
import { useDoing, useOncall } from "./use-oncall.tsx";
import type { Duty, Person, SchedulePreview } from "./wire.ts";
import { fieldText, findMoment, type Zone } from "./zoned-time.ts";

export interface SchedulePlace {
  /** Of the schedule in the API. */
  readonly path: string;
  /** What of it is shown. */
  readonly range: Readonly<Record<string, string>>;
  readonly zone: Zone;
}

type OnPreview = (final: readonly Duty[] | undefined) => void;

/** Who takes over, or who swaps with whom, and when; shown in the calendar before it is saved. */
export function ChangeForm({
  place,
  change,
  onChange,
  onPreview,
  onDone,
}: {
  readonly place: SchedulePlace;
  readonly change: Change;
  readonly onChange: (change: Change) => void;
  readonly onPreview: OnPreview;
  /** Called when it is made, or not wanted any more. */
  readonly onDone: () => void;
}) {
  const doing = useDoing();
  const { problems, refusal } = usePreview(place, change, onPreview);
  const request = requestOf(change);
  const save = (event: Event) => {
    event.preventDefault();
    const where = { method: "POST", path: `${place.path}/${change.kind}s` } as const;
    doing.run(() => tellOncall({ ...where, body: { ...request, by: actor.value } }), onDone);
  };
  const title = `New ${change.kind}`;
  const failure = doing.failure === "" ? refusal : doing.failure;
  return (
    <form class="card change-form" aria-label={title} onSubmit={save}>
      <h2>{title}</h2>
      <ChangeFields change={change} zone={place.zone} onChange={onChange} />
      {change.untilMs <= change.fromMs && (
        <Notice kind="warning">It has to end after it begins.</Notice>
      )}
      <ProblemList problems={problems} />
      {failure !== "" && <Notice kind="error">{failure}</Notice>}
      <div class="page-tools">
        <button class="primary" type="submit" disabled={request === undefined || doing.isBusy}>
          Save
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Asks what would come of a change, whenever it is another one. */
function usePreview({ path, range }: SchedulePlace, change: Change, onPreview: OnPreview) {
  const problems = useSignal<readonly string[]>([]);
  const refusal = useSignal("");
  const request = requestOf(change);
  const wanted = JSON.stringify([change.kind, request]);
  useEffect(() => {
    let isWanted = true;
    const show = (final: readonly Duty[] | undefined, found: readonly string[], said: string) => {
      // Meanwhile somebody may have chosen something else.
      if (!isWanted) return;
      problems.value = found;
      refusal.value = said;
      onPreview(final);
    };
    if (request === undefined) {
      show(undefined, [], "");
      return;
    }
    const body = { change: change.kind, ...request };
    tellOncall<SchedulePreview>({
      method: "POST",
      path: `${path}/preview`,
      query: range,
      body,
    }).then(
      (preview) => show(preview.final, preview.problems, ""),
      (error: unknown) => show(undefined, [], messageOf(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  return { problems: problems.value, refusal: refusal.value };
}

function ChangeFields({
  change,
  zone,
  onChange,
}: {
  readonly change: Change;
  readonly zone: Zone;
  readonly onChange: (change: Change) => void;
}) {
  const users = useOncall<readonly Person[]>("users");
  const people = users.result?.data ?? [];
  const isSwap = change.kind === "swap";
  return (
    <div class="fields">
      <PersonField
        label={isSwap ? "Who" : "Who is on call"}
        people={people}
        value={change.user}
        takesNobody={!isSwap}
        onChange={(user) => onChange({ ...change, user })}
      />
      {isSwap && (
        <PersonField
          label="With whom"
          people={people}
          value={change.other}
          takesNobody={false}
          onChange={(other) => onChange({ ...change, other })}
        />
      )}
      <TimeField
        label="From"
        zone={zone}
        valueMs={change.fromMs}
        onChange={(fromMs) => onChange({ ...change, fromMs })}
      />
      <TimeField
        label="Until"
        zone={zone}
        valueMs={change.untilMs}
        onChange={(untilMs) => onChange({ ...change, untilMs })}
      />
    </div>
  );
}

function PersonField({
  label,
  people,
  value,
  takesNobody,
  onChange,
}: {
  readonly label: string;
  readonly people: readonly Person[];
  readonly value: string;
  readonly takesNobody: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">choose</option>
        {people.map(({ name, fullName }) => (
          <option key={name} value={name}>
            {fullName}
          </option>
        ))}
        {takesNobody && <option value={nobody}>nobody</option>}
      </select>
    </label>
  );
}

function TimeField({
  label,
  zone,
  valueMs,
  onChange,
}: {
  readonly label: string;
  readonly zone: Zone;
  readonly valueMs: number;
  readonly onChange: (valueMs: number) => void;
}) {
  return (
    <label>
      {label} <span class="quiet">{zone.name}</span>
      <input
        type="datetime-local"
        step={900}
        value={fieldText(zone, valueMs)}
        onInput={({ currentTarget }) => {
          const found = findMoment(zone, currentTarget.value);
          if (found !== undefined) onChange(found);
        }}
      />
    </label>
  );
}
