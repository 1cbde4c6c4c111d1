import { Loaded, useAsked } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { FactTable } from "../pages/fact-table.tsx";
import { ask } from "../browser/alerting-client.ts";
import type { AlertingStatus } from "./wire.ts";

/** What runs here, and by which configuration. */
export function StatusPage({ title }: { readonly title: string }) {
  const status = useAsked<AlertingStatus>("status", (signal) => ask("status", [], signal));
  return (
    <Page title={title}>
      <Loaded loading={status}>
        {({ uptime, versionInfo, cluster, config }) => (
          <>
            <section class="card">
              <h2>Running</h2>
              <FactTable
                facts={[
                  ["Version", versionInfo.version],
                  ["Since", uptime],
                  ["Cluster", cluster.status],
                ]}
              />
            </section>
            <section class="card">
              <h2>Configuration</h2>
              <pre class="yaml" tabIndex={0}>
                {config.original}
              </pre>
            </section>
          </>
        )}
      </Loaded>
    </Page>
  );
}
