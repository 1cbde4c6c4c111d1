import { useEffect, useState } from "preact/hooks";
import { zone } from "../browser/preferences.ts";
import { findTimeMs, formatTime } from "./time-range.ts";

/** A moment to look at; empty means now. */
export function TimeField({
  label,
  timeMs,
  onChange,
}: {
  readonly label: string;
  readonly timeMs: number | undefined;
  readonly onChange: (timeMs: number | undefined) => void;
}) {
  const shown = timeMs === undefined ? "" : formatTime(timeMs, zone.value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const take = () => {
    if (typed.trim() === "") return onChange(undefined);
    const found = findTimeMs(typed, zone.value);
    if (found === undefined) setTyped(shown);
    else onChange(found);
  };
  return (
    <label class="inline">
      {label}
      <input
        type="text"
        placeholder="now"
        size={20}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={take}
        onKeyDown={({ key }) => {
          if (key === "Enter") take();
        }}
      />
    </label>
  );
}
