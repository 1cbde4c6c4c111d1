import type { ExplainedPart } from "../api/types.ts";
import type { ViewProps } from "./table-view.tsx";
import { QueryNotes, useQuery } from "./use-query.tsx";

/** The query's parts as a tree: what each gives, and how long it takes. */
export function ExplainView({ state, turn }: ViewProps) {
  const time = state.momentMs === undefined ? undefined : String(state.momentMs / 1_000);
  const parameters = { query: state.expr, time, stats: "true", explain: "true" };
  const query = useQuery("query", parameters, turn);
  const explained = query.answer?.data.explained;
  return (
    <>
      <QueryNotes query={query} />
      {explained !== undefined && (
        <ul class="tree">
          <Part part={explained} text={state.expr} totalMs={explained.elapsedMs} />
        </ul>
      )}
      {query.answer !== undefined && explained === undefined && (
        <p class="quiet">The server did not explain this query.</p>
      )}
    </>
  );
}

function Part({
  part,
  text,
  totalMs,
}: {
  readonly part: ExplainedPart;
  readonly text: string;
  readonly totalMs: number;
}) {
  const share = totalMs === 0 ? 0 : (part.elapsedMs / totalMs) * 100;
  return (
    <li>
      <div class="tree-row">
        <code>{text.slice(part.start, part.end)}</code>
        <span class="quiet">
          {part.kind} · {part.seriesCount} series · {part.elapsedMs.toFixed(2)} ms
        </span>
        <span class="meter" aria-hidden="true">
          <span style={{ width: `${share}%` }} />
        </span>
      </div>
      {part.children.length > 0 && (
        <ul>
          {part.children.map((child) => (
            <Part key={`${child.start} ${child.end}`} part={child} text={text} totalMs={totalMs} />
          ))}
        </ul>
      )}
    </li>
  );
}
