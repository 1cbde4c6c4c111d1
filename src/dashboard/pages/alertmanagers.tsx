import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Page } from "../parts/page.tsx";

interface Alertmanagers {
  readonly activeAlertmanagers: readonly { readonly url: string }[];
  readonly droppedAlertmanagers: readonly { readonly url: string }[];
}

/** Where alerts are sent. */
export function AlertmanagersPage() {
  const found = useApi<Alertmanagers>("alertmanagers");
  return (
    <Page title="Alertmanagers">
      <Loaded loading={found}>
        {({ activeAlertmanagers, droppedAlertmanagers }) => {
          if (activeAlertmanagers.length + droppedAlertmanagers.length === 0) {
            return <p class="quiet">No Alertmanagers are configured.</p>;
          }
          return (
            <ul class="plain-list">
              {activeAlertmanagers.map(({ url }) => (
                <li key={url}>
                  <a href={url}>{url}</a> <Badge kind="good">active</Badge>
                </li>
              ))}
              {droppedAlertmanagers.map(({ url }) => (
                <li key={url}>
                  {url} <Badge kind="plain">dropped</Badge>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Page>
  );
}
