import { useSignal } from "@preact/signals";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Page, SearchField } from "../parts/page.tsx";
import { FactTable } from "./fact-table.tsx";
import { holdsText } from "./narrow.ts";

/** The flags that the server was started with. */
export function FlagsPage() {
  const flags = useApi<Readonly<Record<string, string>>>("status/flags");
  const wanted = useSignal("");
  return (
    <Page
      title="Flags"
      tools={
        <SearchField
          label="Search flags"
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      }
    >
      <Loaded loading={flags}>
        {(answer) => (
          <FactTable
            facts={Object.entries(answer)
              .filter(([name, value]) => holdsText(wanted.value, name, value))
              .map(([name, value]) => [`--${name}`, value])}
          />
        )}
      </Loaded>
    </Page>
  );
}
