const example = `# policies.yml
sigma_policies:
  - name: latency
    expr: avg(rate(request_seconds_sum[5m]) / rate(request_seconds_count[5m])) by (service)
    team: payments
    runbook_url: https://runbooks.example/latency
    page_eligible: true
burn_rate_policies:
  - name: api
    objective: 0.999
    bad_expr: sum(rate(http_requests_total{code=~"5.."}[$window]))
    total_expr: sum(rate(http_requests_total[$window]))
    team: payments`;

/** How to begin. */
export function NoPolicies() {
  return (
    <section class="card">
      <h2>No policies yet</h2>
      <p>
        A policy learns what is normal for each series of a query, and says what a deviation of how
        many standard deviations does: one and two wake nobody, three page one person where the
        series' own past shows that three are rare.
      </p>
      <pre class="yaml" tabIndex={0}>
        {example}
      </pre>
      <p>
        The server reads it with <code>--sigma.policy-file=policies.yml</code>. A new policy is in
        shadow mode: it notes whom it would have paged, and pages nobody.
      </p>
    </section>
  );
}
