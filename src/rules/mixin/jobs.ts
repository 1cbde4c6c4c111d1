/** The jobs under which the cluster scrapes its own parts, as matchers. */
export const apiserver = 'job="apiserver"';
export const kubelet = 'job="kubelet"';
export const cadvisor = 'job="kubelet", metrics_path="/metrics/cadvisor"';
export const kubeState = 'job="kube-state-metrics"';
export const nodeExporter = 'job="node-exporter"';
export const scheduler = 'job="kube-scheduler"';
export const controllers = 'job="kube-controller-manager"';
export const prometheus = 'job="prometheus"';
export const alertmanager = 'job="alertmanager"';
