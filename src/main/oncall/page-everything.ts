/**
 * The configuration of an Alertmanager that has on-call and no file of its own: every alert goes to the
 * people on call, and its `severity` says what becomes of it there. Deviations of one series are one
 * incident, whatever their level; it pages when the worst of them asks for it.
 */
export const pageEverything = `route:
  receiver: on-call
  group_by: [alertname, team, cluster, namespace, service, job]
  group_wait: 0s
  group_interval: 10s
  repeat_interval: 1h
  routes:
    - matchers: ['sigma_policy!=""']
      group_by: [sigma_policy, sigma_series, team]
receivers:
  - name: on-call
    oncall_configs: [{}]
`;
