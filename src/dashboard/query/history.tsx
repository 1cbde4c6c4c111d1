import { useSignal } from "@preact/signals";
import { queryHistory } from "../browser/preferences.ts";

/** The queries that were run before, the latest first. */
export function History({ onPick }: { readonly onPick: (expr: string) => void }) {
  const isOpen = useSignal(false);
  const list = queryHistory.value;
  return (
    <div class="dropdown">
      <button
        type="button"
        aria-expanded={isOpen.value}
        disabled={list.length === 0}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        History
      </button>
      {isOpen.value && (
        <ul class="menu-list">
          {list.slice(0, 20).map((expr) => (
            <li key={expr}>
              <button
                type="button"
                onClick={() => {
                  isOpen.value = false;
                  onPick(expr);
                }}
              >
                <code>{expr}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
