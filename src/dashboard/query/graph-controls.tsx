import { useEffect, useState } from "preact/hooks";
import { TimeField } from "./time-field.tsx";
import {
  findDurationMs,
  formatDurationMs,
  longerRangeMs,
  type Resolution,
  shorterRangeMs,
} from "./time-range.ts";
import type { PanelState } from "./url-state.ts";

const resolutions: readonly (readonly [string, string])[] = [
  ["low", "Low resolution"],
  ["medium", "Medium resolution"],
  ["high", "High resolution"],
  ["10s", "Step 10s"],
  ["30s", "Step 30s"],
  ["1m", "Step 1m"],
  ["5m", "Step 5m"],
  ["15m", "Step 15m"],
  ["1h", "Step 1h"],
];

interface ControlProps {
  readonly state: PanelState;
  readonly onChange: (state: PanelState) => void;
}

/** What a graph shows: its range, end, step and form. */
export function GraphControls({ state, onChange }: ControlProps) {
  return (
    <div class="controls">
      <RangeField state={state} onChange={onChange} />
      <TimeField
        label="End"
        timeMs={state.endMs}
        onChange={(endMs) => onChange({ ...state, endMs })}
      />
      <label class="inline">
        <span class="visually-hidden">Resolution</span>
        <select
          value={nameOf(state.resolution)}
          onChange={({ currentTarget }) =>
            onChange({ ...state, resolution: resolutionOf(currentTarget.value) })
          }
        >
          {[...resolutions, ...custom(state.resolution)].map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <Toggle
        text="Stacked"
        isOn={state.isStacked}
        onToggle={(isStacked) => onChange({ ...state, isStacked })}
      />
      <Toggle
        text="From zero"
        isOn={state.startsAtZero}
        onToggle={(startsAtZero) => onChange({ ...state, startsAtZero })}
      />
      <Toggle
        text="Exemplars"
        isOn={state.showsExemplars}
        onToggle={(showsExemplars) => onChange({ ...state, showsExemplars })}
      />
    </div>
  );
}

function RangeField({ state, onChange }: ControlProps) {
  const shown = formatDurationMs(state.rangeMs);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const take = (rangeMs: number | undefined) => {
    if (rangeMs === undefined) setTyped(shown);
    else onChange({ ...state, rangeMs });
  };
  return (
    <span class="stepper">
      <button
        type="button"
        aria-label="Shorter range"
        onClick={() => take(shorterRangeMs(state.rangeMs))}
      >
        −
      </button>
      <label>
        <span class="visually-hidden">Range</span>
        <input
          type="text"
          size={6}
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onBlur={() => take(findDurationMs(typed))}
          onKeyDown={({ key }) => {
            if (key === "Enter") take(findDurationMs(typed));
          }}
        />
      </label>
      <button
        type="button"
        aria-label="Longer range"
        onClick={() => take(longerRangeMs(state.rangeMs))}
      >
        +
      </button>
    </span>
  );
}

function Toggle({
  text,
  isOn,
  onToggle,
}: {
  readonly text: string;
  readonly isOn: boolean;
  readonly onToggle: (isOn: boolean) => void;
}) {
  return (
    <button type="button" class="toggle" aria-pressed={isOn} onClick={() => onToggle(!isOn)}>
      {text}
    </button>
  );
}

function nameOf(resolution: Resolution): string {
  return resolution.kind === "auto" ? resolution.density : formatDurationMs(resolution.stepMs);
}

function resolutionOf(name: string): Resolution {
  if (name === "low" || name === "medium" || name === "high") {
    return { kind: "auto", density: name };
  }
  return { kind: "fixed", stepMs: findDurationMs(name) ?? 60_000 };
}

/** A step from a link that is none of ours. */
function custom(resolution: Resolution): readonly (readonly [string, string])[] {
  const name = nameOf(resolution);
  return resolutions.some(([one]) => one === name) ? [] : [[name, `Step ${name}`]];
}
