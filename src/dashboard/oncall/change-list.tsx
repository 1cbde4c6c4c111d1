import { serverNowMs, tellOncall } from "../browser/oncall-client.ts";
import { Notice } from "../parts/loaded.tsx";
import { spanText } from "./calendar-layout.ts";
import { PersonName } from "./person-name.tsx";
import { actor } from "../browser/oncall-session.ts";
import { useDoing } from "./use-oncall.tsx";
import type { Override, ScheduleDetail, Swap } from "./wire.ts";
import type { Zone } from "./zoned-time.ts";

/** The overrides and swaps that are not over. */
export function ChangeList({
  path,
  schedule,
  zone,
  onChanged,
}: {
  readonly path: string;
  readonly schedule: ScheduleDetail;
  readonly zone: Zone;
  readonly onChanged: () => void;
}) {
  const doing = useDoing();
  const isAhead = ({ until }: { readonly until: string }) => Date.parse(until) > serverNowMs();
  const overrides = schedule.overrides.filter(isAhead);
  const swaps = schedule.swaps.filter(isAhead);
  const remove = (place: string) => {
    const query = { by: actor.value };
    doing.run(() => tellOncall({ method: "DELETE", path: `${path}/${place}`, query }), onChanged);
  };
  if (overrides.length + swaps.length === 0) return null;
  return (
    <>
      <h3>Agreed on</h3>
      {doing.failure !== "" && <Notice kind="error">{doing.failure}</Notice>}
      <ul class="changes">
        {overrides.map((one) => (
          <Item
            key={one.id}
            change={one}
            zone={zone}
            name={`override of ${one.user ?? "nobody"}`}
            onRemove={() => remove(`overrides/${one.id}`)}
          >
            <PersonName name={one.user ?? null} /> instead of {one.replaces ?? "whoever it is"}
          </Item>
        ))}
        {swaps.map((one) => (
          <Item
            key={one.id}
            change={one}
            zone={zone}
            name={`swap of ${one.users.join(" and ")}`}
            onRemove={() => remove(`swaps/${one.id}`)}
          >
            <PersonName name={one.users[0]} /> and <PersonName name={one.users[1]} /> swap
          </Item>
        ))}
      </ul>
    </>
  );
}

function Item({
  change,
  zone,
  name,
  children,
  onRemove,
}: {
  readonly change: Override | Swap;
  readonly zone: Zone;
  readonly name: string;
  readonly children: preact.ComponentChildren;
  readonly onRemove: () => void;
}) {
  const span = { fromMs: Date.parse(change.from), untilMs: Date.parse(change.until) };
  return (
    <li>
      <span>
        {children} <span class="quiet">{spanText(zone, span)}</span>
      </span>
      {change.isRemovable ? (
        <button type="button" aria-label={`Delete the ${name}`} onClick={onRemove}>
          Delete
        </button>
      ) : (
        <span class="quiet">from the configuration</span>
      )}
    </li>
  );
}
