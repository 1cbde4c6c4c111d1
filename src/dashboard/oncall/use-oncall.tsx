import { useSignal } from "@preact/signals";
import { askOncall } from "../browser/oncall-client.ts";
import { type Loading, messageOf, useAsked } from "../parts/loaded.tsx";

/** Asks on-call once, and again every `everyMs` while the page is looked at. */
export function useOncall<T>(
  path: string,
  query: Readonly<Record<string, string>> = {},
  everyMs = 0,
): Loading<T> {
  const key = JSON.stringify([path, query]);
  return useAsked(key, (signal) => askOncall<T>(path, query, signal), everyMs);
}

/** Something a person does that a server may refuse. */
export interface Doing {
  readonly failure: string;
  readonly isBusy: boolean;
  /** Does it, then what follows; keeps what the server has against it. */
  readonly run: (act: () => Promise<unknown>, then?: () => void) => void;
}

export function useDoing(): Doing {
  const failure = useSignal("");
  const isBusy = useSignal(false);
  const run = async (act: () => Promise<unknown>, then: () => void) => {
    isBusy.value = true;
    try {
      await act();
      failure.value = "";
      then();
    } catch (error) {
      // Nothing has changed, and the page says why.
      failure.value = messageOf(error);
    } finally {
      isBusy.value = false;
    }
  };
  return {
    failure: failure.value,
    isBusy: isBusy.value,
    run: (act, then = () => {}) => void run(act, then),
  };
}
