/** The attributes of a service: https://github.com/compose-spec/compose-spec/blob/main/05-services.md */
import {
  type ComposeNode,
  findValue,
  listNode,
  mapNode,
  scalarNode,
  textOf,
} from "../tree/node.ts";
import { build, develop } from "./build.ts";
import { deploy, gpus } from "./deploy.ts";
import { fileMount, secretMount } from "./file-mount.ts";
import { hook, preStartHook } from "./hook.ts";
import {
  command,
  driverOptions,
  environment,
  extraHosts,
  keyOfPair,
  labels,
  mountTarget,
  nameKeys,
  shortFor,
  textOrList,
  textSet,
  ulimits,
  withDefaults,
} from "./pieces.ts";
import { expandPort, portIdentity } from "./port-syntax.ts";
import {
  anything,
  decimal,
  dictionary,
  flag,
  list,
  looseText,
  oneOf,
  type Problem,
  record,
  required,
  text,
  whole,
} from "./shape.ts";
import { byteSize, duration, fileMode, filePath } from "./text-formats.ts";
import { finishMount, longVolume } from "./volume-syntax.ts";

const blkioLimit = record({ path: text(), rate: byteSize() }, { extensions: "refused" });
const blkioWeight = record({ path: text(), weight: whole() }, { extensions: "refused" });

const blkioConfig = record(
  {
    device_read_bps: list(blkioLimit),
    device_read_iops: list(blkioLimit),
    device_write_bps: list(blkioLimit),
    device_write_iops: list(blkioLimit),
    weight: whole(),
    weight_device: list(blkioWeight),
  },
  { extensions: "refused" },
);

const dependency = record(
  {
    condition: required(
      oneOf("service_started", "service_healthy", "service_completed_successfully"),
    ),
    restart: flag(),
    required: flag(),
  },
  { fill: withDefaults({ required: true }) },
);

const device = record(
  { source: required(text()), target: text(), permissions: text() },
  { short: longDevice },
);

const envFile = record(
  { path: required(filePath()), format: text(), required: flag() },
  { extensions: "refused", short: shortFor("path"), fill: withDefaults({ required: true }) },
);

const extendsFrom = record(
  { service: required(text()), file: text() },
  { extensions: "refused", short: shortFor("service") },
);

const healthcheck = record({
  disable: flag(),
  interval: duration(),
  retries: whole({ min: 0 }),
  test: list(text("numbers"), { merge: "replace", short: shellTest }),
  timeout: duration(),
  start_period: duration(),
  start_interval: duration(),
});

const logging = record(
  { driver: text(), options: dictionary(looseText()) },
  { merge: (base, over) => (isSameDriver(base, over) ? "by attribute" : "replace") },
);

const networkUse = record(
  {
    aliases: textSet(),
    interface_name: text(),
    ipv4_address: text(),
    ipv6_address: text(),
    link_local_ips: textSet(),
    mac_address: text(),
    driver_opts: driverOptions(),
    priority: decimal(),
    gw_priority: decimal(),
  },
  { empty: "allowed" },
);

const port = record(
  {
    name: text(),
    mode: oneOf("ingress", "host"),
    host_ip: text(),
    target: required(whole({ min: 1, max: 65_535 })),
    published: text("numbers"),
    protocol: oneOf("tcp", "udp", "sctp"),
    app_protocol: text(),
  },
  { fill: withDefaults({ mode: "ingress", protocol: "tcp" }) },
);

const volumeMount = record(
  {
    type: required(oneOf("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
    source: text(),
    target: required(text()),
    read_only: flag(),
    consistency: text(),
    bind: record(
      {
        propagation: text(),
        create_host_path: flag(),
        recursive: oneOf("enabled", "disabled", "writable", "readonly"),
        selinux: oneOf("z", "Z"),
      },
      { fill: withDefaults({ create_host_path: true }) },
    ),
    volume: record({ labels: labels(), nocopy: flag(), subpath: text() }),
    tmpfs: record({ size: byteSize(), mode: fileMode() }),
    image: record({ subpath: text() }),
  },
  { short: longVolume, finish: finishMount },
);

/** Everything that can be said about a service. */
export const service = record({
  annotations: labels(),
  attach: flag(),
  blkio_config: blkioConfig,
  build,
  cap_add: textSet(),
  cap_drop: textSet(),
  cgroup: oneOf("host", "private"),
  cgroup_parent: text(),
  command: command(),
  configs: list(fileMount, { identity: mountTarget("") }),
  container_name: text(),
  cpu_count: whole({ min: 0 }),
  cpu_percent: whole({ min: 0, max: 100 }),
  cpu_period: text("numbers"),
  cpu_quota: text("numbers"),
  cpu_rt_period: text("numbers"),
  cpu_rt_runtime: text("numbers"),
  cpu_shares: decimal(),
  cpus: decimal(),
  cpuset: text("numbers"),
  credential_spec: record({ config: text(), file: text(), registry: text() }),
  depends_on: dictionary(dependency, {
    keys: nameKeys,
    list: "names",
    nameMeans: (name) =>
      mapNode(
        [
          ["condition", scalarNode("service_started", name.place)],
          ["required", scalarNode(true, name.place)],
        ],
        name.place,
      ),
  }),
  deploy,
  develop,
  device_cgroup_rules: textSet(),
  devices: list(device, { identity: mountTarget("") }),
  dns: textOrList(),
  dns_opt: textSet(),
  dns_search: textOrList(),
  domainname: text(),
  entrypoint: command(),
  env_file: list(envFile, {
    single: "allowed",
    identity: (item) => textOf(findValue(item, "path")) ?? "",
  }),
  environment: environment(),
  expose: list(text("numbers"), { identity: keyOfPair }),
  extends: extendsFrom,
  external_links: textSet(),
  extra_hosts: extraHosts(),
  gpus,
  group_add: list(text("numbers"), { identity: keyOfPair }),
  healthcheck,
  hostname: text(),
  image: text(),
  init: flag(),
  ipc: text(),
  isolation: text(),
  label_file: list(filePath(), { single: "allowed" }),
  labels: labels(),
  links: textSet(),
  logging,
  mac_address: text(),
  mem_limit: byteSize(),
  mem_reservation: byteSize(),
  mem_swappiness: whole(),
  memswap_limit: byteSize(),
  models: dictionary(record({ endpoint_var: text(), model_var: text() }, { empty: "allowed" }), {
    keys: nameKeys,
    list: "names",
  }),
  network_mode: text(),
  networks: dictionary(networkUse, { keys: nameKeys, list: "names" }),
  oom_kill_disable: flag(),
  oom_score_adj: whole({ min: -1000, max: 1000 }),
  pid: text(),
  pids_limit: whole(),
  platform: text(),
  ports: list(port, { expand: expandPort, identity: portIdentity }),
  post_start: list(hook),
  pre_start: list(preStartHook),
  pre_stop: list(hook),
  privileged: flag(),
  profiles: textSet(),
  provider: record({ type: required(text()), options: dictionary(anything()) }),
  pull_policy: text(),
  pull_refresh_after: text(),
  read_only: flag(),
  restart: text(),
  runtime: text(),
  scale: whole({ min: 0 }),
  secrets: list(secretMount, { identity: mountTarget("/run/secrets") }),
  security_opt: textSet(),
  shm_size: byteSize(),
  stdin_open: flag(),
  stop_grace_period: duration(),
  stop_signal: text(),
  storage_opt: dictionary(anything()),
  sysctls: labels(),
  tmpfs: list(text(), {
    single: "allowed",
    identity: (item) => (textOf(item) ?? "").split(":")[0] ?? "",
  }),
  tty: flag(),
  ulimits,
  use_api_socket: flag(),
  user: text("numbers"),
  userns_mode: text(),
  uts: text(),
  volumes: list(volumeMount, { identity: mountTarget("") }),
  volumes_from: textSet(),
  working_dir: text(),
});

function isSameDriver(base: ComposeNode, over: ComposeNode): boolean {
  const [one, other] = [textOf(findValue(base, "driver")), textOf(findValue(over, "driver"))];
  return one === other || one === undefined || other === undefined;
}

/** Text is for the shell in the container. */
function shellTest(node: ComposeNode): ComposeNode | undefined {
  if (textOf(node) === undefined) return undefined;
  return listNode([scalarNode("CMD-SHELL", node.place), node], node.place);
}

/** `source[:target[:permissions]]` */
function longDevice(node: ComposeNode): ComposeNode | Problem | undefined {
  const spec = textOf(node);
  if (spec === undefined) return undefined;
  const [source = "", target = source, permissions = "rwm", ...more] = spec.split(":");
  if (more.length > 0) {
    return { problem: `confusing device mapping, please use long syntax: ${spec}` };
  }
  const value = (content: string) => scalarNode(content, node.place);
  return mapNode(
    [
      ["source", value(source)],
      ["target", value(target)],
      ["permissions", value(permissions)],
    ],
    node.place,
  );
}
