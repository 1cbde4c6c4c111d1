import { useSignal } from "@preact/signals";
import { holdsText } from "../pages/narrow.ts";
import { Loaded } from "../parts/loaded.tsx";
import { SearchField } from "../parts/page.tsx";
import { useOncall } from "./use-oncall.tsx";
import type { AuditEntry } from "./wire.ts";
import { momentText, type Zone } from "./zoned-time.ts";

const shownMax = 100;

/** Who did what, the latest first. */
export function AuditTable({
  range,
  zone,
}: {
  readonly range: Readonly<Record<string, string>>;
  readonly zone: Zone;
}) {
  const entries = useOncall<readonly AuditEntry[]>("audit-log", range);
  const wanted = useSignal("");
  return (
    <section class="card" aria-label="Audit log">
      <div class="group-head">
        <h2>Audit log</h2>
        <span class="spring" />
        <SearchField
          label="Search the audit log"
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      </div>
      <Loaded loading={entries}>
        {(all) => {
          const found = all
            .filter(({ by, action, object }) =>
              holdsText(wanted.value, by, wordsOf(action), object),
            )
            .toReversed();
          if (found.length === 0) return <p class="quiet">Nothing was done.</p>;
          return (
            <>
              <div class="scroll" role="group" aria-label="Table of changes" tabIndex={0}>
                <table class="report-table">
                  <thead>
                    <tr>
                      {["When", "Who", "Did", "To"].map((heading) => (
                        <th key={heading} scope="col">
                          {heading}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {found.slice(0, shownMax).map(({ at, by, action, object }, index) => (
                      <tr key={index}>
                        <td class="nowrap">{momentText(zone, Date.parse(at))}</td>
                        <td>{by}</td>
                        <td>{wordsOf(action)}</td>
                        <td>{object}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {found.length > shownMax && (
                <p class="quiet">And {found.length - shownMax} before. Search to find them.</p>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

/** `overrideAdded` is `override added`. */
function wordsOf(action: string): string {
  return action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
