import { formatDurationMs } from "../query/time-range.ts";
import { PersonName } from "./person-name.tsx";
import type { PageBudget } from "./wire.ts";

/** How much of their page budget those have used who would be paged first. */
export function BudgetUse({ budget: { pages, perMs, used } }: { readonly budget: PageBudget }) {
  if (used.length === 0) return null;
  return (
    <p class="quiet">
      Pages used in the last {formatDurationMs(perMs)}:{" "}
      {used.map(({ user, pages: own }, index) => (
        <span key={user}>
          {index > 0 && ", "}
          <PersonName name={user} /> {own} of {pages}
        </span>
      ))}
    </p>
  );
}
