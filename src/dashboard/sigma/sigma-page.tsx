import { search } from "../browser/location.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { BurnRateView } from "./burn-rate-view.tsx";
import { readChoice } from "./choice.ts";
import { NoPolicies } from "./no-policies.tsx";
import { PolicyTable } from "./policy-table.tsx";
import { PolicyView } from "./policy-view.tsx";
import type { Policies } from "./wire.ts";

const refreshMs = 10_000;

/** The policies, and what the chosen one sees, has seen and would have done. */
export function SigmaPage() {
  const loading = useApi<Policies>("sigma/policies", {}, refreshMs);
  return (
    <Page title="Sigma">
      <Loaded loading={loading}>{(found) => <Found found={found} />}</Loaded>
    </Page>
  );
}

function Found({ found }: { readonly found: Policies }) {
  const { policies, burnRates } = found;
  if (policies.length + burnRates.length === 0) return <NoPolicies />;
  const choice = readChoice(search.value);
  const burnRate = burnRates.find(({ name }) => name === choice.policy);
  const policy = policies.find(({ name }) => name === choice.policy) ?? policies[0];
  const shown = burnRate ?? policy ?? burnRates[0];
  return (
    <>
      <PolicyTable found={found} chosen={shown?.name ?? ""} />
      {shown !== undefined && "levels" in shown && (
        <PolicyView key={shown.name} policy={shown} choice={choice} />
      )}
      {shown !== undefined && !("levels" in shown) && (
        <BurnRateView key={shown.name} policy={shown} choice={choice} />
      )}
    </>
  );
}
