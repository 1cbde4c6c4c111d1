/**
 * What it costs to read and print queries, beside the parser of upstream's query editor, which checks
 * neither names nor types and builds no expression:
 *
 *   node benchmarks/promql-parse.ts
 */
import { parser as editorParser } from "@prometheus-io/lezer-promql";
import { bench, group, run } from "mitata";
import { formatExpr, parseExpr, prettyExpr } from "#promql";

const queries: Readonly<Record<string, string>> = {
  "a selector": 'up{job="api"}',
  "a rate": 'sum by (job) (rate(http_requests_total{job=~"api|web", code!~"5.."}[5m]))',
  "a recording rule":
    'sum by (cluster, namespace, pod, container) (rate(container_cpu_usage_seconds_total{job="kubelet", image!=""}[5m]))' +
    " * on (cluster, namespace, pod) group_left (node)" +
    ' topk by (cluster, namespace, pod) (1, max by (cluster, namespace, pod, node) (kube_pod_info{node!=""}))',
  "five hundred operands": Array.from({ length: 500 }, (_, index) => `metric_${index}`).join(" + "),
};

for (const [name, query] of Object.entries(queries)) {
  const expr = parseExpr(query);
  group(`${name}, ${query.length} characters`, () => {
    bench("parse and check", () => parseExpr(query));
    bench("print", () => formatExpr(expr));
    bench("lay out", () => prettyExpr(expr));
    bench("upstream's editor", () => editorParser.parse(query));
  });
}

await run();
