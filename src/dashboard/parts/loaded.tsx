import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiResult, callApi, type Parameters } from "../browser/api-client.ts";

export interface Loading<T> {
  readonly result: ApiResult<T> | undefined;
  readonly failure: string | undefined;
  /** Asks again. */
  readonly reload: () => void;
}

/** Asks the API once, and again every `everyMs` while the page is looked at. */
export function useApi<T>(path: string, parameters: Parameters = {}, everyMs = 0): Loading<T> {
  const key = JSON.stringify([path, parameters]);
  return useAsked(key, (signal) => callApi<T>(path, parameters, signal), everyMs);
}

/** The same of any question; another `key` is another question. */
export function useAsked<T>(
  question: string,
  put: (signal: AbortSignal) => Promise<ApiResult<T>>,
  everyMs = 0,
): Loading<T> {
  const result = useSignal<ApiResult<T> | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const turn = useSignal(0);
  const key = `${question} ${turn.value}`;
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        result.value = await put(abort.signal);
        failure.value = undefined;
      } catch (error) {
        // The page shows what went wrong, unless nobody waits for it any more.
        if (!abort.signal.aborted) failure.value = messageOf(error);
      }
    };
    void ask();
    if (everyMs === 0) return () => abort.abort();
    const timer = setInterval(() => {
      if (globalThis.document.visibilityState === "visible") void ask();
    }, everyMs);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [key]);
  return { result: result.value, failure: failure.value, reload: () => turn.value++ };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Shows what was loaded; until then that it is loading, and what went wrong when it did. */
export function Loaded<T>({
  loading,
  children,
}: {
  readonly loading: Loading<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { result, failure } = loading;
  return (
    <>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {result === undefined && failure === undefined && <p class="quiet">Loading…</p>}
      {result !== undefined && children(result.data)}
    </>
  );
}

/** A sentence that has to be seen. */
export function Notice({
  kind,
  children,
}: {
  readonly kind: "error" | "warning" | "info";
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      {children}
    </div>
  );
}
