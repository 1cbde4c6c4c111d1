import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "#compose/testing";
import { formatLoss } from "./loss.ts";
import type { StackOptions } from "./options.ts";
import { objectOf, planOf, showTexts, valueOf } from "./testing.ts";

const things = `
  other: {image: other, healthcheck: {test: x}}
networks: {front: {}, back: {}}
volumes: {data: {}, my_data: {}}
secrets: {s: {file: ./s.txt}, e: {environment: FROM_ENV}}
configs: {c: {content: text}, b: {file: ./binary}}`;

function fileWith(attribute: string): string {
  return `services:\n  web:\n    image: web\n    ${attribute}${things}`;
}

const pod = "Deployment/web spec.template.spec";
const container = `${pod}.containers.0`;

// An attribute of a service on line 4, where to look, and what is there.
const mapped: readonly (readonly [attribute: string, where: string, expected: string])[] = [
  ["x-a: 1", `${container}.image`, '"web"'],
  ["x-a: 1", `${container}.imagePullPolicy`, '"IfNotPresent"'],
  ["x-a: 1", `${pod}.terminationGracePeriodSeconds`, "10"],
  ["x-a: 1", `${pod}.enableServiceLinks`, "false"],
  ["x-a: 1", "Deployment/web spec.replicas", "1"],
  [
    "x-a: 1",
    "Deployment/web spec.selector.matchLabels",
    '{"com.docker.stack.namespace":"shop","com.docker.service.name":"web"}',
  ],
  [
    "x-a: 1",
    "Deployment/web metadata.labels",
    '{"com.docker.stack.namespace":"shop","com.docker.compose.project":"shop","app.kubernetes.io/part-of":"shop","app.kubernetes.io/managed-by":"wherry","com.docker.service.name":"web","com.docker.compose.service":"web","app.kubernetes.io/name":"web","com.docker.service.id":"shop-web"}',
  ],
  [
    "x-a: 1",
    "Service/web spec",
    '{"selector":{"com.docker.stack.namespace":"shop","com.docker.service.name":"web"},"clusterIP":"None"}',
  ],
  ["entrypoint: [a, b]", `${container}.command`, '["a","b"]'],
  ["command: [a, b]", `${container}.args`, '["a","b"]'],
  ["command: ['$$(date)', '$$$$', '$$x']", `${container}.args`, '["$$(date)","$$$","$x"]'],
  ["entrypoint: []\n    command: [a]", `${container}.command`, '["a"]'],
  ["working_dir: /w", `${container}.workingDir`, '"/w"'],
  [
    "environment: {B: 2, A: 1}",
    `${container}.env`,
    '[{"name":"A","value":"1"},{"name":"B","value":"2"}]',
  ],
  ["environment: {A: '$$(B)'}", `${container}.env.0.value`, '"$$(B)"'],
  ["pull_policy: always", `${container}.imagePullPolicy`, '"Always"'],
  ["pull_policy: never", `${container}.imagePullPolicy`, '"Never"'],
  ["tty: true", `${container}.tty`, "true"],
  ["stdin_open: true", `${container}.stdin`, "true"],
  [
    "ports: ['8080:80']",
    `${container}.ports`,
    '[{"name":"80-tcp","containerPort":80,"protocol":"TCP"}]',
  ],
  [
    "ports: ['8080:80']",
    "Service/web spec.ports",
    '[{"name":"80-tcp","port":80,"protocol":"TCP","targetPort":80},{"name":"8080-tcp","port":8080,"protocol":"TCP","targetPort":80}]',
  ],
  ["ports: ['8080:80']", "Service/web spec.clusterIP", "absent"],
  [
    "ports: ['8080:80']",
    "Service/web-published spec.ports",
    '[{"name":"8080-tcp","port":8080,"protocol":"TCP","targetPort":80}]',
  ],
  ["ports: ['8080:80']", "Service/web-published spec.type", '"LoadBalancer"'],
  ["ports: ['127.0.0.1:8080:80']", "Service/web-published", "absent"],
  ["ports: ['80']", "Service/web-published", "absent"],
  ["ports: ['80']", "Service/web-random-ports spec.type", '"NodePort"'],
  [
    "ports: ['53:53/udp', '53:53']",
    "Service/web-published spec.ports",
    '[{"name":"53-udp","port":53,"protocol":"UDP","targetPort":53},{"name":"53-tcp","port":53,"protocol":"TCP","targetPort":53}]',
  ],
  [
    "ports: [{target: 80, published: 8080, mode: host}]",
    `${container}.ports`,
    '[{"name":"80-tcp","containerPort":80,"protocol":"TCP","hostPort":8080}]',
  ],
  ["ports: [{target: 80, published: 8080, mode: host}]", "Service/web-published", "absent"],
  ["ports: [{target: 80, app_protocol: http}]", "Service/web spec.ports.0.appProtocol", '"http"'],
  [
    "ports: ['80:90', '90:80']",
    "Service/web spec.ports",
    '[{"name":"90-tcp","port":90,"protocol":"TCP","targetPort":90},{"name":"80-tcp","port":80,"protocol":"TCP","targetPort":80}]',
  ],
  [
    "expose: ['80', '90-91/udp']",
    "Service/web spec.ports",
    '[{"name":"80-tcp","port":80,"protocol":"TCP","targetPort":80},{"name":"90-udp","port":90,"protocol":"UDP","targetPort":90},{"name":"91-udp","port":91,"protocol":"UDP","targetPort":91}]',
  ],
  ["expose: ['80']", "Service/web-published", "absent"],
  [
    "ports: ['8080:80']\n    deploy: {endpoint_mode: dnsrr}",
    "Service/web spec.clusterIP",
    '"None"',
  ],
  ["ports: ['8080:80']\n    deploy: {endpoint_mode: vip}", "Service/web spec.clusterIP", "absent"],
  [
    "ports: ['8080:80']\n    x-kubernetes: {internal_service_type: Headless}",
    "Service/web spec.clusterIP",
    '"None"',
  ],
  [
    "ports: ['8080:80']\n    labels: {kompose.service.type: nodeport}",
    "Service/web-published spec.type",
    '"NodePort"',
  ],
  [
    "ports: ['8080:80']\n    labels: {kompose.service.type: nodeport, kompose.service.nodeport.port: '30080'}",
    "Service/web-published spec.ports.0.nodePort",
    "30080",
  ],
  [
    "ports: ['8080:80']\n    labels: {kompose.service.external-traffic-policy: local}",
    "Service/web-published spec.externalTrafficPolicy",
    '"Local"',
  ],
  [
    "networks: {front: {aliases: [www]}}",
    "Service/www spec.selector",
    '{"com.docker.stack.namespace":"shop","com.docker.service.name":"web"}',
  ],
  ["container_name: my_web", "Service/my-web spec.clusterIP", '"None"'],
  [
    "links: ['other:o']",
    "Service/o spec.selector",
    '{"com.docker.stack.namespace":"shop","com.docker.service.name":"other"}',
  ],
  [
    "healthcheck: {test: curl x}",
    `${container}.readinessProbe`,
    '{"exec":{"command":["/bin/sh","-c","curl x"]},"periodSeconds":30,"timeoutSeconds":30,"failureThreshold":3}',
  ],
  [
    "healthcheck: {test: [CMD, a, b], interval: 5s, timeout: 2s, retries: 4}",
    `${container}.readinessProbe`,
    '{"exec":{"command":["a","b"]},"periodSeconds":5,"timeoutSeconds":2,"failureThreshold":4}',
  ],
  [
    "healthcheck: {test: x, interval: 5s, start_period: 11s}",
    `${container}.startupProbe`,
    '{"exec":{"command":["/bin/sh","-c","x"]},"periodSeconds":5,"timeoutSeconds":30,"failureThreshold":6}',
  ],
  [
    "healthcheck: {test: x, start_period: 10s, start_interval: 2s}",
    `${container}.startupProbe.failureThreshold`,
    "8",
  ],
  ["healthcheck: {test: x}", `${container}.livenessProbe`, "absent"],
  [
    "healthcheck: {test: x}\n    x-kubernetes: {liveness: true}",
    `${container}.livenessProbe.exec.command`,
    '["/bin/sh","-c","x"]',
  ],
  ["healthcheck: {test: [NONE]}", `${container}.readinessProbe`, "absent"],
  ["healthcheck: {disable: true}", `${container}.readinessProbe`, "absent"],
  [
    "labels: {kompose.service.healthcheck.readiness.http_get_path: /ok, kompose.service.healthcheck.readiness.http_get_port: 80}",
    `${container}.readinessProbe.httpGet`,
    '{"path":"/ok","port":80}',
  ],
  [
    "labels: {kompose.service.healthcheck.liveness.tcp_port: 80}",
    `${container}.livenessProbe.tcpSocket`,
    '{"port":80}',
  ],
  [
    "volumes: ['data:/d']",
    `${pod}.volumes`,
    '[{"name":"data-data","persistentVolumeClaim":{"claimName":"data"}}]',
  ],
  [
    "volumes: ['data:/d:ro']",
    `${container}.volumeMounts`,
    '[{"name":"data-data","mountPath":"/d","readOnly":true}]',
  ],
  ["volumes: ['my_data:/d']", `${pod}.volumes.0.persistentVolumeClaim.claimName`, '"my-data"'],
  [
    "volumes: ['data:/d']",
    "PersistentVolumeClaim/data spec",
    '{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}',
  ],
  ["volumes: ['data:/d']", "Deployment/web spec.strategy", '{"type":"Recreate"}'],
  [
    "volumes: ['data:/d']\n    scale: 2",
    `${pod}.affinity.podAffinity`,
    '{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{"matchLabels":{"com.docker.compose.volume.data":"true"}},"topologyKey":"kubernetes.io/hostname"}]}',
  ],
  [
    "volumes: ['data:/d']\n    labels: {kompose.controller.type: statefulset}",
    "StatefulSet/web spec.volumeClaimTemplates.0.metadata.name",
    '"data-data"',
  ],
  [
    "volumes: ['data:/d']\n    labels: {kompose.controller.type: statefulset}",
    "PersistentVolumeClaim/data",
    "absent",
  ],
  ["volumes: [/anon]", `${pod}.volumes.0.emptyDir`, "{}"],
  [
    "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m}}]",
    `${pod}.volumes.0.emptyDir`,
    '{"medium":"Memory","sizeLimit":"64Mi"}',
  ],
  [
    "volumes: [{type: image, source: 'data:1', target: /i}]",
    `${pod}.volumes.0.image`,
    '{"reference":"data:1","pullPolicy":"IfNotPresent"}',
  ],
  [
    "volumes: [{type: volume, source: data, target: /d, volume: {subpath: a/b}}]",
    `${container}.volumeMounts.0.subPath`,
    '"a/b"',
  ],
  [
    "tmpfs: ['/run:size=64k']",
    `${pod}.volumes.0.emptyDir`,
    '{"medium":"Memory","sizeLimit":"64Ki"}',
  ],
  ["shm_size: 1g", `${container}.volumeMounts.0.mountPath`, '"/dev/shm"'],
  ["volumes: ['./one.conf:/etc/one.conf:ro']", `${container}.volumeMounts.0.subPath`, '"one.conf"'],
  [
    "volumes: ['./init:/init:ro']",
    `${pod}.volumes.0.configMap.items`,
    '[{"key":"a.sql","path":"a.sql","mode":420},{"key":"sub_run.sh.398b8855c7","path":"sub/run.sh","mode":493}]',
  ],
  ["volumes_from: [other]", `${container}.volumeMounts`, "absent"],
  [
    "secrets: [s]",
    `${container}.volumeMounts.0`,
    '{"name":"secret-faca83de5a","mountPath":"/run/secrets/s","subPath":"s.txt","readOnly":true}',
  ],
  [
    "secrets: [{source: s, target: /x, mode: 0400}]",
    `${pod}.volumes.0.secret.items`,
    '[{"key":"s.txt","path":"s.txt","mode":256}]',
  ],
  [
    "secrets: [{source: s, target: x}]",
    `${container}.volumeMounts.0.mountPath`,
    '"/run/secrets/x"',
  ],
  ["secrets: [s]", "Secret/s-2bb80d537b data", '{"s.txt":"c2VjcmV0"}'],
  ["secrets: [e]", "Secret/e-cd42404d52 data", '{"e":"dmFsdWU="}'],
  ["configs: [c]", "ConfigMap/c-982d9e3eb9 data", '{"c":"text"}'],
  ["configs: [c]", `${container}.volumeMounts.0.mountPath`, '"/c"'],
  ["configs: [b]", "ConfigMap/b-06eb7d6a69 binaryData", '{"binary":"AP8="}'],
  ["deploy: {replicas: 5}", "Deployment/web spec.replicas", "5"],
  ["scale: 4", "Deployment/web spec.replicas", "4"],
  ["deploy: {replicas: 0}", "Deployment/web spec.replicas", "0"],
  ["deploy: {mode: global}", "DaemonSet/web spec.template.spec.containers.0.image", '"web"'],
  ["deploy: {mode: replicated-job, replicas: 3}", "Job spec.completions", "3"],
  ["deploy: {mode: replicated-job, replicas: 3}", "Job spec.parallelism", "3"],
  ["deploy: {labels: {tier: front}}", "Deployment/web metadata.labels.tier", '"front"'],
  ["deploy: {labels: {tier: front}}", "Service/web metadata.labels.tier", '"front"'],
  [
    "deploy: {labels: {tier: front}}",
    "Deployment/web spec.template.metadata.labels.tier",
    '"front"',
  ],
  [
    "labels: {note: some text}",
    "Deployment/web spec.template.metadata.annotations",
    '{"note":"some text"}',
  ],
  ["annotations: {a/b: c}", "Deployment/web spec.template.metadata.annotations", '{"a/b":"c"}'],
  [
    "deploy: {resources: {limits: {cpus: '0.50', memory: 50M}, reservations: {cpus: 0.25, memory: 20M}}}",
    `${container}.resources`,
    '{"limits":{"cpu":"500m","memory":"50Mi"},"requests":{"cpu":"250m","memory":"20Mi"}}',
  ],
  [
    "mem_limit: 1g\n    mem_reservation: 512m\n    cpus: 2",
    `${container}.resources`,
    '{"limits":{"cpu":"2","memory":"1Gi"},"requests":{"memory":"512Mi"}}',
  ],
  ["cpu_quota: 50000\n    cpu_period: 100000", `${container}.resources.limits`, '{"cpu":"500m"}'],
  ["gpus: [{count: 2}]", `${container}.resources.limits`, '{"nvidia.com/gpu":"2"}'],
  [
    "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], driver: amd, count: 1}]}}}",
    `${container}.resources.limits`,
    '{"amd.com/gpu":"1"}',
  ],
  [
    "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: SSD, value: 1}}]}}}",
    `${container}.resources.limits`,
    '{"docker.com/SSD":"1"}',
  ],
  [
    "deploy: {placement: {constraints: [node.hostname == a]}}",
    `${pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions`,
    '[{"key":"kubernetes.io/hostname","operator":"In","values":["a"]}]',
  ],
  [
    "deploy: {placement: {constraints: ['node.labels.zone != docker-desktop']}}",
    `${pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions`,
    '[{"key":"zone","operator":"NotIn","values":["docker-desktop"]}]',
  ],
  [
    "deploy: {placement: {constraints: ['node.role==manager', 'node.platform.arch==x86_64']}}",
    `${pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions`,
    '[{"key":"node-role.kubernetes.io/control-plane","operator":"Exists"},{"key":"kubernetes.io/arch","operator":"In","values":["amd64"]}]',
  ],
  [
    "deploy: {placement: {constraints: ['node.role==worker']}}",
    `${pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.operator`,
    '"DoesNotExist"',
  ],
  [
    "deploy: {placement: {preferences: [{spread: node.labels.zone}]}}",
    `${pod}.topologySpreadConstraints`,
    '[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"com.docker.stack.namespace":"shop","com.docker.service.name":"web"}}}]',
  ],
  [
    "deploy: {placement: {max_replicas_per_node: 1}}",
    `${pod}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.0.topologyKey`,
    '"kubernetes.io/hostname"',
  ],
  [
    "platform: linux/arm64",
    `${pod}.nodeSelector`,
    '{"kubernetes.io/os":"linux","kubernetes.io/arch":"arm64"}',
  ],
  [
    "deploy: {update_config: {parallelism: 2, order: start-first}}",
    "Deployment/web spec.strategy.rollingUpdate",
    '{"maxSurge":2,"maxUnavailable":0}',
  ],
  [
    "deploy: {update_config: {parallelism: 2}}",
    "Deployment/web spec.strategy.rollingUpdate",
    '{"maxSurge":0,"maxUnavailable":2}',
  ],
  [
    "deploy: {update_config: {parallelism: 0}}",
    "Deployment/web spec.strategy.rollingUpdate",
    '{"maxSurge":0,"maxUnavailable":"100%"}',
  ],
  ["deploy: {update_config: {delay: 10s}}", "Deployment/web spec.minReadySeconds", "10"],
  [
    "deploy: {mode: global, update_config: {parallelism: 2}}",
    "DaemonSet/web spec.updateStrategy",
    '{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":2}}',
  ],
  ["restart: always", "Deployment/web spec.template.spec.restartPolicy", '"Always"'],
  ["restart: unless-stopped", "Deployment/web spec.template.spec.restartPolicy", '"Always"'],
  ['restart: "no"', "Job spec.template.spec.restartPolicy", '"Never"'],
  ['restart: "no"', "Job spec.backoffLimit", "0"],
  ["restart: on-failure:3", "Job spec.backoffLimit", "3"],
  ["restart: on-failure:3", "Job spec.template.spec.restartPolicy", '"OnFailure"'],
  ["restart: on-failure", "Deployment/web spec.replicas", "1"],
  ["deploy: {restart_policy: {condition: none}}", "Job spec.backoffLimit", "0"],
  [
    "deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}",
    "Job spec.backoffLimit",
    "2",
  ],
  ["deploy: {restart_policy: {condition: any}}", "Deployment/web spec.replicas", "1"],
  [
    "labels: {kompose.cronjob.schedule: '* * * * *', kompose.cronjob.concurrency_policy: Forbid}",
    "CronJob/web spec.schedule",
    '"* * * * *"',
  ],
  [
    "labels: {kompose.hpa.replicas.max: 5, kompose.hpa.cpu: 80}",
    "HorizontalPodAutoscaler/web spec.metrics.0.resource.target",
    '{"type":"Utilization","averageUtilization":80}',
  ],
  [
    "ports: ['80']\n    labels: {kompose.service.expose: shop.example.com/api}",
    "Ingress/web spec.rules.0",
    '{"host":"shop.example.com","http":{"paths":[{"path":"/api","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}',
  ],
  [
    "ports: ['80']\n    labels: {kompose.service.expose: a.com, kompose.service.expose.tls-secret: t, kompose.service.expose.ingress-class-name: nginx}",
    "Ingress/web spec.tls",
    '[{"hosts":["a.com"],"secretName":"t"}]',
  ],
  ["labels: {kompose.image-pull-secret: r}", `${pod}.imagePullSecrets`, '[{"name":"r"}]'],
  [
    "x-kubernetes: {pull_secret: r, pull_policy: Always}",
    `${pod}.imagePullSecrets`,
    '[{"name":"r"}]',
  ],
  ["labels: {kompose.serviceaccount-name: sa}", `${pod}.serviceAccountName`, '"sa"'],
  [
    "labels: {kompose.security-context.fsgroup: 1001}",
    `${pod}.securityContext`,
    '{"fsGroup":1001}',
  ],
  [
    'labels: {kompose.init.containers.image: busybox, kompose.init.containers.command: \'["a","b"]\', kompose.init.containers.name: prepare}',
    `${pod}.initContainers.0.command`,
    '["a","b"]',
  ],
  ["user: '1000:1001'", `${container}.securityContext`, '{"runAsUser":1000,"runAsGroup":1001}'],
  ["user: root", `${container}.securityContext`, '{"runAsUser":0}'],
  ["group_add: [1000, root]", `${pod}.securityContext.supplementalGroups`, "[1000,0]"],
  [
    "cap_add: [CAP_NET_ADMIN]\n    cap_drop: [all]",
    `${container}.securityContext.capabilities`,
    '{"add":["NET_ADMIN"],"drop":["ALL"]}',
  ],
  ["privileged: true", `${container}.securityContext.privileged`, "true"],
  ["read_only: true", `${container}.securityContext.readOnlyRootFilesystem`, "true"],
  [
    "security_opt: ['no-new-privileges:true']",
    `${container}.securityContext.allowPrivilegeEscalation`,
    "false",
  ],
  [
    "security_opt: ['seccomp:unconfined']",
    `${container}.securityContext.seccompProfile`,
    '{"type":"Unconfined"}',
  ],
  [
    "security_opt: ['apparmor=docker']",
    `${container}.securityContext.appArmorProfile`,
    '{"type":"Localhost","localhostProfile":"docker"}',
  ],
  [
    "security_opt: ['label:type:svirt']",
    `${container}.securityContext.seLinuxOptions`,
    '{"type":"svirt"}',
  ],
  [
    "sysctls: {net.core.somaxconn: 1024}",
    `${pod}.securityContext.sysctls`,
    '[{"name":"net.core.somaxconn","value":"1024"}]',
  ],
  ["stop_grace_period: 1m30s", `${pod}.terminationGracePeriodSeconds`, "90"],
  ["stop_signal: SIGUSR1", `${container}.lifecycle.stopSignal`, '"SIGUSR1"'],
  ["stop_signal: USR1", `${pod}.os`, '{"name":"linux"}'],
  ["network_mode: host", `${pod}.hostNetwork`, "true"],
  ["pid: host", `${pod}.hostPID`, "true"],
  ["ipc: host", `${pod}.hostIPC`, "true"],
  ["init: true", `${pod}.shareProcessNamespace`, "true"],
  ["hostname: box", `${pod}.hostname`, '"box"'],
  ["runtime: gvisor", `${pod}.runtimeClassName`, '"gvisor"'],
  [
    "extra_hosts: [a=1.2.3.4, b=1.2.3.4]",
    `${pod}.hostAliases`,
    '[{"ip":"1.2.3.4","hostnames":["a","b"]}]',
  ],
  [
    "dns: 1.1.1.1\n    dns_search: a.com\n    dns_opt: ['ndots:2', rotate]",
    `${pod}.dnsConfig`,
    '{"nameservers":["1.1.1.1"],"searches":["a.com"],"options":[{"name":"ndots","value":"2"},{"name":"rotate"}]}',
  ],
  [
    "post_start: [{command: [a, b]}]",
    `${container}.lifecycle.postStart`,
    '{"exec":{"command":["a","b"]}}',
  ],
  [
    "pre_stop: [{command: a b}, {command: [c, 'd e']}]",
    `${container}.lifecycle.preStop.exec.command`,
    '["/bin/sh","-c","a b && c \'d e\'"]',
  ],
  [
    "pre_start: [{image: init, command: x, per_replica: true}]",
    `${pod}.initContainers`,
    '[{"name":"pre-start-0","image":"init","imagePullPolicy":"IfNotPresent","command":["x"]}]',
  ],
];

for (const [attribute, where, expected] of mapped) {
  test(`${attribute} gives ${where}`, async () => {
    const plan = await planOf(fileWith(attribute));
    const [name = "", path] = where.split(" ");
    const object =
      name === "Job"
        ? plan.objects.find(({ kind }) => kind === "Job")?.object
        : objectOf(plan, name);
    const value = path === undefined ? object : valueOf(object, path);
    assert.equal(value === undefined ? "absent" : JSON.stringify(value), expected);
  });
}

// An attribute on line 4, and what is lost or refused ("!") because of it.
const lost: readonly (readonly [attribute: string, message: string])[] = [
  ["command: []", "4:5: services.web.command is ignored: empty, it leaves what the image has"],
  [
    "dns: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]",
    "4:5: services.web.dns is changed: pods ask the first 3 servers",
  ],
  ["dns: [nowhere]", "!4:11: invalid IP address: nowhere"],
  ["extra_hosts: [a=b]", "!4:19: invalid IP address: b"],
  ["volumes: ['data:rel']", "!4:15: invalid mount path: 'rel' mount path must be absolute"],
  ["labels: {kompose.hpa.replicas.max: many}", '!4:14: kompose.hpa.replicas.max cannot be "many"'],
  [
    "cgroup_parent: x",
    "4:5: services.web.cgroup_parent is ignored: the kubelet puts pods into control groups by their quality of service",
  ],
  [
    "logging: {driver: json-file}",
    "4:5: services.web.logging is ignored: the kubelet keeps logs: `stack logs` shows them",
  ],
  [
    "mac_address: aa",
    "4:5: services.web.mac_address is ignored: the cluster's network assigns addresses",
  ],
  [
    "oom_score_adj: 5",
    "4:5: services.web.oom_score_adj is ignored: the kubelet sets it by the quality of service",
  ],
  [
    "pids_limit: 5",
    "4:5: services.web.pids_limit is ignored: Kubernetes has no such limit for a pod",
  ],
  ["domainname: x", "4:5: services.web.domainname is ignored: pods have the domain of the cluster"],
  [
    "deploy: {restart_policy: {condition: any, delay: 5s}}",
    "4:47: services.web.deploy.restart_policy.delay is ignored: Kubernetes waits longer from restart to restart",
  ],
  [
    "deploy: {rollback_config: {order: start-first}}",
    "4:32: services.web.deploy.rollback_config.order is ignored: a rollback goes the way of an update: set update_config",
  ],
  [
    "networks: {front: {ipv4_address: 1.2.3.4}}",
    "4:24: services.web.networks.front.ipv4_address is ignored: the cluster's network assigns addresses",
  ],
  [
    "restart: on-failure",
    "4:5: services.web.restart is changed: servers are restarted whenever they end",
  ],
  [
    "depends_on: {other: {condition: service_started, restart: true}}",
    "4:54: services.web.depends_on.other.restart is ignored: pods are not restarted because others are",
  ],
  [
    "healthcheck: {test: x, interval: 1500ms}",
    "4:28: services.web.healthcheck.interval is changed: probes count in whole seconds",
  ],
  [
    "ports: ['8000-8010:80']",
    "4:13: services.web.ports.0.published is changed: of the range, 8000 is published",
  ],
  [
    "volumes: ['./init:/init']",
    "4:15: services.web.volumes.0 is changed: the pods get a read-only copy of what is there now",
  ],
  [
    "volumes: ['./nowhere:/x']",
    "4:15: services.web.volumes.0 is changed: /app/nowhere does not exist: the pods have an empty directory there",
  ],
  [
    "tmpfs: ['/t:mode=755']",
    "4:13: services.web.tmpfs.0 is changed: the option mode=755 has no effect",
  ],
  [
    "secrets: [{source: s, uid: '5'}]",
    "4:27: services.web.secrets.0.uid is ignored: the file belongs to root",
  ],
  [
    "labels: {kompose.volume.type: hostPath}",
    "4:14: services.web.labels.kompose.volume.type is ignored: the label has no meaning here",
  ],
  [
    "labels: {'a b': c}",
    "4:14: services.web.labels.a b is ignored: keys of annotations have only letters, digits, -, _ and .",
  ],
  [
    "deploy: {labels: {a: 'b c'}}",
    "4:23: services.web.deploy.labels.a is ignored: labels of objects cannot hold it",
  ],
  [
    "pull_policy: daily",
    "4:5: services.web.pull_policy is changed: the image is looked for whenever a container starts",
  ],
  [
    "platform: linux/arm/v7",
    "4:5: services.web.platform is changed: nodes do not tell variants such as v7",
  ],
  ["hostname: a_b", "4:5: services.web.hostname is ignored: it is no name that DNS can have"],
  [
    "extra_hosts: [h=host-gateway]",
    "4:19: services.web.extra_hosts.0 is ignored: a pod does not know the machine outside of the cluster",
  ],
  ["links: ['other:o']", "4:13: services.web.links.0 is changed: all services see the name"],
  ["gpus: all", "4:11: services.web.gpus.0 is changed: a pod gets one GPU unless it says how many"],
  [
    "security_opt: [odd]",
    "4:20: services.web.security_opt.0 is ignored: Kubernetes has no such option",
  ],
  [
    "stop_signal: SIG99",
    "4:5: services.web.stop_signal is ignored: Kubernetes knows signals by their names",
  ],
  [
    "post_start: [{command: x, user: root}]",
    "4:31: services.web.post_start.0.user is ignored: the command runs as the container does",
  ],
  [
    "pre_start: [{command: x}]",
    "4:17: services.web.pre_start.0 is changed: it runs in every pod, and not once for all of them",
  ],
  [
    "deploy: {placement: {max_replicas_per_node: 2}}",
    "4:26: services.web.deploy.placement.max_replicas_per_node is changed: pods are spread evenly, but nothing counts them on a node",
  ],
  [
    "deploy: {placement: {preferences: [{spread: engine.labels.x}]}}",
    "4:40: services.web.deploy.placement.preferences.0 is ignored: nodes have no engine.labels.x",
  ],
  [
    "ulimits: {nofile: 1024}",
    "!4:5: services.web.ulimits cannot be done on Kubernetes: the nodes' container runtime sets limits for all containers alike",
  ],
  [
    "devices: [/dev/kvm]",
    "!4:5: services.web.devices cannot be done on Kubernetes: devices are handed out by device plugins; `gpus` is supported",
  ],
  [
    "user: postgres",
    '!4:5: services.web.user cannot be done on Kubernetes: only the image knows which number "postgres" has: write the number instead',
  ],
  [
    "group_add: [wheel]",
    '!4:17: services.web.group_add.0 cannot be done on Kubernetes: only the image knows which number the group "wheel" has',
  ],
  [
    "network_mode: none",
    "!4:5: services.web.network_mode cannot be done on Kubernetes: every pod is on the network",
  ],
  [
    "pid: 'container:x'",
    "!4:5: services.web.pid cannot be done on Kubernetes: pods share it with the node or with nobody",
  ],
  [
    "volumes: ['/var/run/docker.sock:/s']",
    "!4:15: services.web.volumes.0 cannot be done on Kubernetes: /var/run/docker.sock is a path of this machine, and pods run on nodes; build it into the image, use a volume, or let pods see the nodes' directories (--allow-host-path)",
  ],
  [
    "volumes: ['./huge:/h']",
    "!4:15: services.web.volumes.0 cannot be done on Kubernetes: /app/huge is larger than the 1000000 bytes that a ConfigMap holds; build it into the image, use a volume, or let pods see the nodes' directories (--allow-host-path)",
  ],
  [
    "volumes: [{type: npipe, source: a, target: /b}]",
    "!4:15: services.web.volumes.0 cannot be done on Kubernetes: there are no mounts of type npipe",
  ],
  [
    "deploy: {mode: global-job}",
    "!4:14: services.web.deploy.mode cannot be done on Kubernetes: jobs do not run on every node; use global, or replicated-job",
  ],
  [
    "deploy: {placement: {constraints: [engine.labels.x==y]}}",
    "!4:40: services.web.deploy.placement.constraints.0 cannot be done on Kubernetes: nodes have no engine.labels.x: use node.hostname, node.role or node.labels",
  ],
  [
    "provider: {type: x}",
    "!4:5: services.web.provider cannot be done on Kubernetes: what provides the service runs outside of containers",
  ],
  [
    "deploy: {placement: {constraints: [nonsense]}}",
    '!4:40: invalid constraint "nonsense": write key==value',
  ],
  [
    "deploy: {resources: {limits: {cpus: 1}, reservations: {cpus: 2}}}",
    "!4:14: more cpu is reserved than is allowed",
  ],
  ["expose: ['x']", "!4:14: invalid port: x"],
  ["pull_policy: sometimes", '!4:5: pull_policy cannot be "sometimes"'],
  ["x-kubernetes: {sidecar: x}", "!4:20: x-kubernetes has no sidecar"],
  ["x-kubernetes: {pull_policy: x}", '!4:20: x-kubernetes.pull_policy cannot be "x"'],
  [
    "volumes: [{type: bind, source: ./gone, target: /x, bind: {create_host_path: false}}]",
    "!4:15: bind source path does not exist: /app/gone",
  ],
];

for (const [attribute, message] of lost) {
  test(`${attribute} is told`, async () => {
    const planning = planOf(fileWith(attribute));
    if (message.startsWith("!")) {
      assert.equal(await problemOf(planning), `compose.yaml:${message.slice(1)}`);
    } else {
      assert.deepEqual((await planning).losses.map(formatLoss), [`compose.yaml:${message}`]);
    }
  });
}

test("a strict conversion refuses what another would lose", async () => {
  const problem = await problemOf(planOf(fileWith("domainname: x"), { mode: "strict" }));
  assert.equal(
    problem,
    "compose.yaml:4:5: services.web.domainname is ignored: pods have the domain of the cluster",
  );
});

test("a loose conversion goes on without what cannot be done", async () => {
  const plan = await planOf(fileWith("ulimits: {nofile: 1024}"), { mode: "loose" });
  assert.deepEqual(
    plan.losses.map(({ attribute, effect }) => [attribute, effect]),
    [["services.web.ulimits", "ignored"]],
  );
});

const publishing: readonly (readonly [StackOptions["publish"], port: string, expected: string])[] =
  [
    ["loadbalancer", "8080:80", "LoadBalancer"],
    ["nodeport", "8080:80", "NodePort"],
    ["nodeport", "30080:80", "NodePort 30080"],
    ["forward", "8080:80", "none"],
  ];

for (const [publish, port, expected] of publishing) {
  test(`publishing ${port} by ${publish} gives ${expected}`, async () => {
    const plan = await planOf(fileWith(`ports: ['${port}']`), { publish });
    const object = objectOf(plan, "Service/web-published");
    const shown = [valueOf(object, "spec.type"), valueOf(object, "spec.ports.0.nodePort")];
    assert.equal(showTexts(shown) || "none", expected);
  });
}

test("pods may see the nodes' directories where that is allowed", async () => {
  const plan = await planOf(fileWith("volumes: ['/etc/hosts:/h:ro,rslave']"), {
    hostPaths: "allowed",
  });
  const spec = valueOf(objectOf(plan, "Deployment/web"), "spec.template.spec");
  assert.deepEqual(valueOf({ spec: spec ?? null }, "spec.volumes.0.hostPath"), {
    path: "/etc/hosts",
  });
  assert.equal(
    valueOf({ spec: spec ?? null }, "spec.containers.0.volumeMounts.0.mountPropagation"),
    "HostToContainer",
  );
});

test("what was built takes the place of the image", async () => {
  const plan = await planOf(fileWith("build: ."), { images: new Map([["web", "r.io/web:1"]]) });
  assert.equal(
    valueOf(objectOf(plan, "Deployment/web"), "spec.template.spec.containers.0.image"),
    "r.io/web:1",
  );
});

test("accounts of registries become a Secret that every pod is pulled with", async () => {
  const registryAccounts = new Map([["ghcr.io", { auth: "dTpw" }]]);
  const plan = await planOf(fileWith("x-a: 1"), { registryAccounts });
  const secret = objectOf(plan, "Secret/shop-registries");
  assert.equal(secret?.["type"], "kubernetes.io/dockerconfigjson");
  const { data } = secret as { readonly data: Readonly<Record<string, string>> };
  assert.equal(atob(data[".dockerconfigjson"] ?? ""), '{"auths":{"ghcr.io":{"auth":"dTpw"}}}');
  for (const name of ["web", "other"]) {
    const spec = valueOf(objectOf(plan, `Deployment/${name}`), "spec.template.spec");
    assert.deepEqual(valueOf({ spec: spec ?? null }, "spec.imagePullSecrets"), [
      { name: "shop-registries" },
    ]);
  }
});
