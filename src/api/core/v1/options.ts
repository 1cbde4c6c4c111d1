import {
  boolean,
  field,
  int32,
  int64,
  listOf,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind } from "./package.ts";

export const podAttachOptions = kind("PodAttachOptions", "How to attach to a container.", {
  stdin: field(1, boolean, "Pass standard input on to the container."),
  stdout: field(2, boolean, "Stream standard output."),
  stderr: field(3, boolean, "Stream standard error."),
  tty: field(4, boolean, "Allocate a terminal."),
  container: field(5, string, "Container of the pod; the only one by default."),
});
export interface PodAttachOptions extends TypeOf<typeof podAttachOptions> {}

export const podExecOptions = kind("PodExecOptions", "Which command to run in a container.", {
  stdin: field(1, boolean, "Pass standard input on to the command."),
  stdout: field(2, boolean, "Stream standard output."),
  stderr: field(3, boolean, "Stream standard error."),
  tty: field(4, boolean, "Allocate a terminal."),
  container: field(5, string, "Container of the pod; the only one by default."),
  command: field(
    6,
    listOf(string),
    "The command and its arguments; no shell is involved.",
  ).always(),
});
export interface PodExecOptions extends TypeOf<typeof podExecOptions> {}

export const podLogOptions = kind("PodLogOptions", "Which part of a container's log to read.", {
  container: field(1, string, "Container of the pod; the only one by default."),
  follow: field(2, boolean, "Go on with what is written later."),
  previous: field(3, boolean, "Read the log of the terminated container before this one."),
  sinceSeconds: field(4, int64, "Begin so many seconds ago.").pointer(),
  sinceTime: field(5, time, "Begin at this time.").pointer(),
  timestamps: field(6, boolean, "Begin each line with its time."),
  tailLines: field(7, int64, "Begin so many lines before the end.").pointer(),
  limitBytes: field(8, int64, "End after so many bytes.").pointer(),
  insecureSkipTLSVerifyBackend: field(9, boolean, "Do not verify the node's certificate."),
  stream: field(10, string, "All, Stdout or Stderr.").pointer(),
});
export interface PodLogOptions extends TypeOf<typeof podLogOptions> {}

export const podPortForwardOptions = kind("PodPortForwardOptions", "Ports to forward.", {
  ports: field(1, listOf(int32), "Ports of the pod."),
});
export interface PodPortForwardOptions extends TypeOf<typeof podPortForwardOptions> {}

export const podProxyOptions = kind("PodProxyOptions", "Where to proxy a request to.", {
  path: field(1, string, "URL path to request."),
});
export interface PodProxyOptions extends TypeOf<typeof podProxyOptions> {}

export const nodeProxyOptions = kind("NodeProxyOptions", "Where to proxy a request to.", {
  path: field(1, string, "URL path to request."),
});
export interface NodeProxyOptions extends TypeOf<typeof nodeProxyOptions> {}

export const serviceProxyOptions = kind("ServiceProxyOptions", "Where to proxy a request to.", {
  path: field(1, string, "URL path to request."),
});
export interface ServiceProxyOptions extends TypeOf<typeof serviceProxyOptions> {}
