import { useSignal } from "@preact/signals";
import type { HistogramPoint } from "../api/types.ts";
import { SeriesName } from "../parts/label-set.tsx";
import { HistogramChart } from "./histogram-chart.tsx";
import { type ResultRow, rowsOf } from "./result-rows.ts";
import { TimeField } from "./time-field.tsx";
import type { PanelState } from "./url-state.ts";
import { QueryNotes, useQuery } from "./use-query.tsx";

/** More rows than this make a browser slow; a button shows the rest. */
const rowsMax = 1_000;

export interface ViewProps {
  readonly state: PanelState;
  /** Changes when the query is to be run again. */
  readonly turn: number;
  readonly onChange: (state: PanelState) => void;
}

/** What the query gives at one moment. */
export function TableView({ state, turn, onChange }: ViewProps) {
  const time = state.momentMs === undefined ? undefined : String(state.momentMs / 1_000);
  const query = useQuery("query", { query: state.expr, time, stats: "true" }, turn);
  const showsAll = useSignal(false);
  const rows = query.answer === undefined ? [] : rowsOf(query.answer.data);
  const shown = showsAll.value ? rows : rows.slice(0, rowsMax);
  return (
    <>
      <div class="controls">
        <TimeField
          label="Evaluation time"
          timeMs={state.momentMs}
          onChange={(momentMs) => onChange({ ...state, momentMs })}
        />
        <span class="spring" />
      </div>
      <QueryNotes query={query} />
      {query.answer !== undefined && rows.length === 0 && <p class="quiet">Empty result.</p>}
      {rows.length > 0 && (
        <div class="scroll">
          <table class="result">
            <tbody>
              {shown.map((row, index) => (
                <Row key={index} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length < rows.length && (
        <button type="button" onClick={() => (showsAll.value = true)}>
          Show all {rows.length} rows
        </button>
      )}
    </>
  );
}

function Row({ row }: { readonly row: ResultRow }) {
  return (
    <tr>
      <td>{row.labels === undefined ? "scalar" : <SeriesName labels={row.labels} />}</td>
      <td class="number">
        {row.values.map((value, index) => (
          <div key={index}>{value}</div>
        ))}
        {row.histogram !== undefined && <Histogram point={row.histogram} />}
      </td>
    </tr>
  );
}

function Histogram({ point }: { readonly point: HistogramPoint }) {
  return (
    <details>
      <summary>
        {point.count} observations, sum {point.sum}
      </summary>
      <HistogramChart point={point} />
      <table>
        <thead>
          <tr>
            <th scope="col">Bucket</th>
            <th scope="col">Count</th>
          </tr>
        </thead>
        <tbody>
          {(point.buckets ?? []).map(([rule, lower, upper, count]) => (
            <tr key={`${lower} ${upper}`}>
              <td>
                {rule === 1 || rule === 3 ? "[" : "("}
                {lower}, {upper}
                {rule === 0 || rule === 3 ? "]" : ")"}
              </td>
              <td class="number">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
