import { Loaded, useApi } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { FactTable } from "./fact-table.tsx";

type Facts = Readonly<Record<string, string | number | boolean>>;

/** What runs here. */
export function StatusPage() {
  const runtime = useApi<Facts>("status/runtimeinfo");
  const build = useApi<Facts>("status/buildinfo");
  return (
    <Page title="Runtime">
      <section class="card">
        <h2>Running</h2>
        <Loaded loading={runtime}>{(facts) => <FactTable facts={textsOf(facts)} />}</Loaded>
      </section>
      <section class="card">
        <h2>Build</h2>
        <Loaded loading={build}>{(facts) => <FactTable facts={textsOf(facts)} />}</Loaded>
      </section>
    </Page>
  );
}

/** `goroutineCount` reads as `Goroutine count`. */
function textsOf(facts: Facts): readonly (readonly [string, string])[] {
  return Object.entries(facts).map(([name, value]) => {
    const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    return [words.charAt(0).toUpperCase() + words.slice(1), String(value)];
  });
}
