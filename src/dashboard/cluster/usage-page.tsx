import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Choice, Page, SearchField } from "../parts/page.tsx";
import { holdsText } from "../pages/narrow.ts";
import { formatBytes, formatCores, type Order, orders, sortedBy } from "./amounts.ts";
import { UsageBar } from "./usage-bar.tsx";
import type { Used } from "./wire.ts";

const refreshMs = 5_000;
/** A browser is slow with more rows; a search finds the others. */
const rowsMax = 500;

interface UsageListing<T extends Used> {
  readonly title: string;
  /** The route below `/api/v1`. */
  readonly route: string;
  readonly searchLabel: string;
  /** What the search looks at; the first is the name. */
  readonly textsOf: (row: T) => readonly [name: string, ...others: readonly string[]];
  /** Headings of the columns before those of usage, and a row's cells below them. */
  readonly headings: readonly string[];
  readonly cellsOf: (row: T) => ComponentChildren;
}

/** Things that use processor time and memory, those that use most first. */
export function UsagePage<T extends Used>({ listing }: { readonly listing: UsageListing<T> }) {
  const rows = useApi<readonly T[]>(listing.route, {}, refreshMs);
  const wanted = useSignal("");
  const order = useSignal<Order>("CPU");
  const tools = (
    <>
      <Choice
        label="Sort by"
        value={order.value}
        choices={orders}
        onChange={(value) => (order.value = value)}
      />
      <SearchField
        label={listing.searchLabel}
        value={wanted.value}
        onChange={(value) => (wanted.value = value)}
      />
    </>
  );
  return (
    <Page title={listing.title} tools={tools}>
      <Loaded loading={rows}>
        {(all) => {
          const found = all.filter((row) => holdsText(wanted.value, ...listing.textsOf(row)));
          const sorted = sortedBy(found, order.value, (row) => listing.textsOf(row).join("/"));
          return <UsageTable listing={listing} rows={sorted} />;
        }}
      </Loaded>
    </Page>
  );
}

function UsageTable<T extends Used>({
  listing,
  rows,
}: {
  readonly listing: UsageListing<T>;
  readonly rows: readonly T[];
}) {
  if (rows.length === 0) return <p class="quiet">None.</p>;
  return (
    <section class="card">
      <p class="quiet usage-legend">
        A bar is what is used, the thin mark what is requested, the thick one the limit.
        {rows.length > rowsMax && ` The first ${rowsMax} of ${rows.length} are shown.`}
      </p>
      <div class="scroll" role="region" aria-label={listing.title} tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              {[...listing.headings, "CPU", "Memory"].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, rowsMax).map((row) => (
              <tr key={listing.textsOf(row).join("/")}>
                {listing.cellsOf(row)}
                <td data-heading="CPU">
                  <UsageBar amounts={row.cpu} format={formatCores} />
                </td>
                <td data-heading="Memory">
                  <UsageBar amounts={row.memory} format={formatBytes} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
