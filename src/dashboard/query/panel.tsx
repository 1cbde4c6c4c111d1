import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { callApi } from "../browser/api-client.ts";
import { rememberQuery } from "../browser/preferences.ts";
import { messageOf, Notice } from "../parts/loaded.tsx";
import { Editor } from "./editor.tsx";
import { ExplainView } from "./explain-view.tsx";
import { GraphView } from "./graph-view.tsx";
import { History } from "./history.tsx";
import { MetricExplorer } from "./metric-explorer.tsx";
import { TableView } from "./table-view.tsx";
import type { PanelState, PanelTab } from "./url-state.ts";

const tabs: readonly (readonly [PanelTab, string])[] = [
  ["table", "Table"],
  ["graph", "Graph"],
  ["explain", "Explain"],
];

export interface PanelProps {
  readonly state: PanelState;
  readonly onChange: (state: PanelState) => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
  readonly isOnly: boolean;
}

/** One query: its text, and what it gives as a table, a graph or an explanation. */
export function Panel({ state, onChange, onDuplicate, onRemove, isOnly }: PanelProps) {
  // What is typed; it becomes the panel's query when it is run.
  const [typed, setTyped] = useState(state.expr);
  const turn = useSignal(0);
  const failure = useSignal<string | undefined>(undefined);
  const isExploring = useSignal(false);

  const run = (expr: string) => {
    setTyped(expr);
    if (expr.trim() !== "") rememberQuery(expr);
    failure.value = undefined;
    turn.value++;
    onChange({ ...state, expr });
  };
  const format = async () => {
    try {
      setTyped((await callApi<string>("format_query", { query: typed })).data);
    } catch (error) {
      // A query that cannot be read cannot be formatted; its own message says why.
      failure.value = messageOf(error);
    }
  };

  return (
    <section class="panel" aria-label={state.expr === "" ? "New query" : `Query ${state.expr}`}>
      <div class="query-line">
        <Editor value={typed} onChange={setTyped} onRun={run} />
        <button class="primary" type="button" onClick={() => run(typed)}>
          Execute
        </button>
      </div>
      <div class="query-tools">
        <button type="button" onClick={() => void format()}>
          Format
        </button>
        <button
          type="button"
          aria-expanded={isExploring.value}
          onClick={() => (isExploring.value = !isExploring.value)}
        >
          Explore metrics
        </button>
        <History onPick={run} />
        <span class="spring" />
        <button type="button" onClick={onDuplicate}>
          Duplicate
        </button>
        <button type="button" disabled={isOnly} onClick={onRemove}>
          Remove
        </button>
      </div>
      {isExploring.value && (
        <MetricExplorer
          onPick={(metric) => {
            isExploring.value = false;
            run(metric);
          }}
        />
      )}
      {failure.value !== undefined && <Notice kind="error">{failure.value}</Notice>}
      <Tabs tab={state.tab} onPick={(tab) => onChange({ ...state, expr: typed, tab })} />
      <div class="tab-page">
        <View state={state} turn={turn.value} onChange={onChange} />
      </div>
    </section>
  );
}

function View({
  state,
  turn,
  onChange,
}: {
  readonly state: PanelState;
  readonly turn: number;
  readonly onChange: (state: PanelState) => void;
}) {
  if (state.expr.trim() === "") return <p class="quiet">Type a query and press Enter.</p>;
  const props = { state, turn, onChange };
  if (state.tab === "graph") return <GraphView {...props} />;
  return state.tab === "explain" ? <ExplainView {...props} /> : <TableView {...props} />;
}

function Tabs({
  tab,
  onPick,
}: {
  readonly tab: PanelTab;
  readonly onPick: (tab: PanelTab) => void;
}) {
  const move = (event: KeyboardEvent) => {
    const offset = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (offset === 0) return;
    const at = tabs.findIndex(([name]) => name === tab);
    const next = tabs[(at + offset + tabs.length) % tabs.length];
    if (next !== undefined) onPick(next[0]);
  };
  return (
    <div class="tabs" role="tablist" aria-label="How to show the result" onKeyDown={move}>
      {tabs.map(([name, text]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={tab === name}
          tabIndex={tab === name ? 0 : -1}
          onClick={() => onPick(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
