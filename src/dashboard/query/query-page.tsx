import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { replaceSearch, search } from "../browser/location.ts";
import { setTitle } from "../browser/title.ts";
import { Panel } from "./panel.tsx";
import { newPanel, type PanelState, readPanels, writePanels } from "./url-state.ts";

interface Row {
  /** Stays with a panel while others come and go. */
  readonly id: number;
  readonly state: PanelState;
}

/** Any number of queries, one below the other. The address always says what is shown. */
export function QueryPage() {
  const rows = useSignal<readonly Row[]>(rowsOf(search.value));
  const written = useSignal(search.value);
  useEffect(() => {
    setTitle("Query");
  }, []);
  useEffect(() => {
    // The address changed under us: the back button, or a link to this page.
    if (search.value !== written.value) rows.value = rowsOf(search.value);
  }, [search.value]);

  const change = (next: readonly Row[]) => {
    rows.value = next;
    const query = writePanels(next.map(({ state }) => state));
    written.value = `?${query}`;
    replaceSearch(query);
  };
  const add = (state: PanelState, after: number) => {
    const id = Math.max(0, ...rows.value.map((row) => row.id)) + 1;
    change(rows.value.toSpliced(after + 1, 0, { id, state }));
  };

  return (
    <div class="queries">
      <h1 class="visually-hidden">Query</h1>
      {rows.value.map((row, index) => (
        <Panel
          key={row.id}
          state={row.state}
          onChange={(state) => change(rows.value.with(index, { id: row.id, state }))}
          onDuplicate={() => add(row.state, index)}
          onRemove={() => change(rows.value.toSpliced(index, 1))}
          isOnly={rows.value.length === 1}
        />
      ))}
      <button type="button" onClick={() => add(newPanel, rows.value.length - 1)}>
        Add query
      </button>
    </div>
  );
}

function rowsOf(query: string): readonly Row[] {
  return readPanels(query).map((state, id) => ({ id, state }));
}
