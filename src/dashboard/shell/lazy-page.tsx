import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { messageOf, Notice } from "../parts/loaded.tsx";

/** A page whose code is fetched when it is first shown. */
export function lazyPage(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  return function LazyPage() {
    const failure = useSignal<string | undefined>(undefined);
    const isLoaded = useSignal(loaded !== undefined);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          isLoaded.value = true;
        },
        (error: unknown) => {
          failure.value = messageOf(error);
        },
      );
    }, []);
    const Page = loaded;
    if (isLoaded.value && Page !== undefined) return <Page />;
    if (failure.value !== undefined) return <Notice kind="error">{failure.value}</Notice>;
    return <p class="quiet">Loading…</p>;
  };
}
