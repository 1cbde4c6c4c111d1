/** Rules about the API server, scheduler and controllers: whether they are there and answer well. */
import { apiserver, controllers, scheduler } from "./jobs.ts";
import { alert, type GroupSource, type Severity } from "./rule-source.ts";

/** The alerts that every part has: none of it is there, and one instance cannot be reached. */
export function presence(
  job: string,
  part: { readonly what: string; readonly absent: string; readonly unreachable: string },
) {
  return [
    alert(part.absent, `absent(up{${job}})`, {
      severity: "critical",
      for: "15m",
      summary: `No ${part.what} is found.`,
      description: `No target of ${part.what} has been discovered for 15 minutes.`,
    }),
    alert(part.unreachable, `up{${job}} == 0`, {
      severity: "critical",
      for: "15m",
      summary: `A ${part.what} does not answer.`,
      description: `The ${part.what} at {{ $labels.instance }} has not answered for 15 minutes.`,
    }),
  ];
}

function certificateExpiration(severity: Severity, seconds: number, span: string) {
  return alert(
    "KubeClientCertificateExpiration",
    `histogram_quantile(0.01, sum without (namespace, service, endpoint)
        (rate(apiserver_client_certificate_expiration_seconds_bucket{${apiserver}}[5m]))) < ${seconds}
      and on (job, instance) apiserver_client_certificate_expiration_seconds_count{${apiserver}} > 0`,
    {
      severity,
      for: "5m",
      summary: "A client's certificate runs out soon.",
      description: `A certificate by which requests to {{ $labels.instance }} are authenticated holds for less than ${span}.`,
    },
  );
}

export const controlPlaneGroups: readonly GroupSource[] = [
  {
    name: "kubernetes-system",
    rules: [
      alert(
        "KubeVersionMismatch",
        `count(count by (minor) (label_replace(
          kubernetes_build_info{job!="coredns"}, "minor", "$1", "git_version", "(v[0-9]+\\\\.[0-9]+).*"))) > 1`,
        {
          severity: "warning",
          for: "15m",
          summary: "Parts of the cluster have different versions.",
          description: "There are {{ $value }} minor versions of Kubernetes in the cluster.",
        },
      ),
      alert(
        "KubeClientErrors",
        `sum by (job, instance, namespace) (rate(rest_client_requests_total{code=~"5.."}[5m]))
          / sum by (job, instance, namespace) (rate(rest_client_requests_total[5m])) > 0.01`,
        {
          severity: "warning",
          for: "15m",
          summary: "Requests to the API server fail.",
          description:
            "{{ $value | humanizePercentage }} of the requests of {{ $labels.job }} at {{ $labels.instance }} are answered with errors.",
        },
      ),
    ],
  },
  {
    name: "kubernetes-system-apiserver",
    rules: [
      certificateExpiration("warning", 86_400, "24 hours"),
      certificateExpiration("critical", 21_600, "6 hours"),
      alert(
        "KubeAggregatedAPIErrors",
        `sum by (instance, name, reason)
          (increase(aggregator_unavailable_apiservice_total{${apiserver}}[1m])) > 0`,
        {
          severity: "warning",
          for: "10m",
          summary: "An aggregated API is not always available.",
          description:
            "API {{ $labels.name }} was found unavailable by {{ $labels.instance }} ({{ $labels.reason }}).",
        },
      ),
      alert(
        "KubeAggregatedAPIDown",
        `100 * (1 - max by (name)
          (avg_over_time(aggregator_unavailable_apiservice{${apiserver}}[10m]))) < 85`,
        {
          severity: "warning",
          for: "5m",
          summary: "An aggregated API is down.",
          description:
            'API {{ $labels.name }} was available for only {{ printf "%.4g" $value }}% of the last 10 minutes.',
        },
      ),
      ...presence(apiserver, {
        what: "API server",
        absent: "KubeAPIDown",
        unreachable: "KubeAPIInstanceUnreachable",
      }),
      alert(
        "KubeAPITerminatedRequests",
        `sum(rate(apiserver_request_terminations_total{${apiserver}}[10m]))
          / (sum(rate(apiserver_request_total{${apiserver}}[10m]))
            + sum(rate(apiserver_request_terminations_total{${apiserver}}[10m]))) > 0.2`,
        {
          severity: "warning",
          for: "5m",
          summary: "The API server turns requests away.",
          description:
            "{{ $value | humanizePercentage }} of the requests are ended by the API server to protect itself.",
        },
      ),
    ],
  },
  {
    name: "kubernetes-system-scheduler",
    rules: presence(scheduler, {
      what: "scheduler",
      absent: "KubeSchedulerDown",
      unreachable: "KubeSchedulerInstanceUnreachable",
    }),
  },
  {
    name: "kubernetes-system-controller-manager",
    rules: presence(controllers, {
      what: "controller manager",
      absent: "KubeControllerManagerDown",
      unreachable: "KubeControllerManagerInstanceUnreachable",
    }),
  },
];
