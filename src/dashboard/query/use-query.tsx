import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { QueryAnswer } from "../api/types.ts";
import { type ApiResult, callApi, type Parameters } from "../browser/api-client.ts";
import { messageOf, Notice } from "../parts/loaded.tsx";
import { countOf } from "./result-rows.ts";

export interface RunningQuery {
  /** The last answer, which stays while the next one is under way. */
  readonly answer: ApiResult<QueryAnswer> | undefined;
  readonly failure: string | undefined;
  readonly isRunning: boolean;
}

/** Runs a query when its parameters or `turn` change; a newer one cancels an older one. */
export function useQuery(path: string, parameters: Parameters, turn: number): RunningQuery {
  const answer = useSignal<ApiResult<QueryAnswer> | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const isRunning = useSignal(true);
  const key = JSON.stringify([path, parameters, turn]);
  useEffect(() => {
    const abort = new AbortController();
    isRunning.value = true;
    callApi<QueryAnswer>(path, parameters, abort.signal)
      .then(
        (result) => {
          answer.value = result;
          failure.value = undefined;
        },
        (error: unknown) => {
          if (!abort.signal.aborted) failure.value = messageOf(error);
        },
      )
      .finally(() => {
        if (!abort.signal.aborted) isRunning.value = false;
      });
    return () => abort.abort();
  }, [key]);
  return { answer: answer.value, failure: failure.value, isRunning: isRunning.value };
}

/** What went wrong, what the engine noted, and what the query cost. */
export function QueryNotes({ query }: { readonly query: RunningQuery }) {
  const { answer, failure, isRunning } = query;
  return (
    <>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {answer?.warnings.map((text) => (
        <Notice kind="warning" key={text}>
          {text}
        </Notice>
      ))}
      {answer?.infos.map((text) => (
        <Notice kind="info" key={text}>
          {text}
        </Notice>
      ))}
      <p class="quiet cost" aria-live="polite">
        {isRunning ? "Running…" : costOf(answer)}
      </p>
    </>
  );
}

function costOf(answer: ApiResult<QueryAnswer> | undefined): string {
  if (answer === undefined) return "";
  const series = countOf(answer.data);
  const { stats } = answer.data;
  const samples =
    stats === undefined ? "" : ` · ${stats.samples.totalQueryableSamples.toLocaleString()} samples`;
  return `${Math.round(answer.elapsedMs)} ms · ${series} series${samples}`;
}
