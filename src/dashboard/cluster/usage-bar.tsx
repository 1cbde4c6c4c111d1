import { amountsText, barOf, type FormatAmount } from "./amounts.ts";
import type { Amounts } from "./wire.ts";

/** Usage as a bar with marks at request and limit; the words below it say the same. */
export function UsageBar({
  amounts,
  format,
}: {
  readonly amounts: Amounts;
  readonly format: FormatAmount;
}) {
  const { used, state, request, limit } = barOf(amounts);
  return (
    <div class="usage">
      <div class={`usage-bar ${state.replace(" ", "-")}`} aria-hidden="true">
        <span class="used" style={{ width: `${used}%` }} />
        {request !== undefined && <span class="request" style={{ left: `${request}%` }} />}
        {limit !== undefined && <span class="limit" style={{ left: `${limit}%` }} />}
      </div>
      <span class="usage-text">{amountsText(amounts, format)}</span>
    </div>
  );
}
