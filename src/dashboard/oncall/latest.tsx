import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

/** The last of what there is, and the rest when somebody asks for it. */
export function Latest<T>({
  items,
  count,
  children,
}: {
  readonly items: readonly T[];
  readonly count: number;
  readonly children: (shown: readonly T[]) => ComponentChildren;
}) {
  const isWhole = useSignal(false);
  if (isWhole.value || items.length <= count) return <>{children(items)}</>;
  return (
    <>
      <button type="button" class="link" onClick={() => (isWhole.value = true)}>
        Show all {items.length}
      </button>
      {children(items.slice(-count))}
    </>
  );
}
