import { hrefOf } from "../browser/location.ts";
import { Page } from "../parts/page.tsx";

/** The first page of an agent: what can be seen here, and where the rest is. */
export function AgentPage() {
  return (
    <Page title="Agent">
      <section class="card">
        <p>
          This is an agent: it scrapes <a href={hrefOf("targets")}>targets</a> and sends their
          samples to the servers that <code>remote_write</code> of its{" "}
          <a href={hrefOf("config")}>configuration</a> names.
        </p>
        <p>Queries, rules and alerts are found at those servers.</p>
      </section>
    </Page>
  );
}
