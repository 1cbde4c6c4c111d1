/** One attempt of a probe. Messages are upstream's, as users see them in events. */

import { type Clock, GrpcError, ProtobufReader, ProtobufWriter } from "#base";
import type { Container, GRPCAction, Probe, TCPSocketAction } from "#api/core/v1";
import { type Runtime, RuntimeError } from "../runtime.ts";
import { findPort, getFromPod } from "./http-get.ts";
import {
  DeadlineError,
  formatAddress,
  networkErrorText,
  type PodNetwork,
  withDeadline,
} from "./network.ts";

export interface ProbeDeps {
  readonly runtime: { readonly containers: Pick<Runtime["containers"], "execSync"> };
  readonly network: PodNetwork;
  readonly clock: Clock;
}

export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
}

export type ProbeOutcome =
  | { readonly kind: "success" }
  /** Counts as success, and users are told. */
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "failure"; readonly message: string }
  /** Says nothing about the container: the probe itself did not work. */
  | { readonly kind: "error"; readonly message: string };

const success: ProbeOutcome = { kind: "success" };
const outputCharsMax = 10 * 1024;

export async function probeOnce(
  deps: ProbeDeps,
  probe: Probe,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const timeoutMs = Math.max(1, probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec !== undefined) {
    return probeByCommand(deps, probe.exec.command ?? [], { target, timeoutMs }, signal);
  }
  if (probe.httpGet !== undefined) return probeByHttp(deps, probe, { target, timeoutMs }, signal);
  if (probe.tcpSocket !== undefined) {
    return probeByTcp(deps, probe.tcpSocket, { target, timeoutMs }, signal);
  }
  if (probe.grpc !== undefined) {
    return probeByGrpc(deps, probe.grpc, { target, timeoutMs }, signal);
  }
  return { kind: "error", message: "missing probe handler" };
}

interface Attempt {
  readonly target: ProbeTarget;
  readonly timeoutMs: number;
}

async function probeByCommand(
  { runtime }: ProbeDeps,
  command: readonly string[],
  { target, timeoutMs }: Attempt,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  try {
    const { exitCode, stdout, stderr } = await runtime.containers.execSync(
      target.containerId,
      command,
      timeoutMs / 1000,
      signal,
    );
    if (exitCode === 0) return success;
    const utf8 = new TextDecoder();
    const output = `${utf8.decode(stdout)}${utf8.decode(stderr)}`;
    return { kind: "failure", message: output.slice(0, outputCharsMax) };
  } catch (error) {
    if (signal.aborted || !(error instanceof RuntimeError)) throw error;
    if (error.code !== "deadlineExceeded") return { kind: "error", message: error.message };
    const words = JSON.stringify(command.join(" "));
    return {
      kind: "failure",
      message: `command timed out: ${words} timed out after ${timeoutMs / 1000}s`,
    };
  }
}

async function probeByHttp(
  deps: ProbeDeps,
  { httpGet: action }: Probe,
  { target, timeoutMs }: Attempt,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  if (action === undefined) return success;
  const { container, podIp } = target;
  const request = { action, container, podIp, timeoutMs, userAgent: "kube-probe/1.36" };
  const found = await getFromPod(deps, request, signal);
  if (found.kind === "failure") return found;
  if (found.kind === "elsewhere" || (found.status >= 300 && found.status < 400)) {
    const message = `Probe terminated redirects, Response body: ${found.body}`;
    return { kind: "warning", message };
  }
  if (found.status >= 200 && found.status < 400) return success;
  return { kind: "failure", message: `HTTP probe failed with statuscode: ${found.status}` };
}

async function probeByTcp(
  { network, clock }: ProbeDeps,
  { port: wanted, host = "" }: TCPSocketAction,
  { target, timeoutMs }: Attempt,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const port = findPort(wanted, target.container);
  if (port === undefined) return { kind: "error", message: `couldn't find port: ${wanted}` };
  const peer = host === "" ? target.podIp : host;
  const address = formatAddress(peer, port);
  try {
    const connection = await withDeadline(clock, timeoutMs, signal, (attempt) =>
      network.dialer.connectTcp(peer, port, attempt),
    );
    await connection[Symbol.asyncDispose]();
    return success;
  } catch (error) {
    // That nobody answers is what the probe finds out.
    if (signal.aborted) throw error;
    const isLate = error instanceof DeadlineError;
    const message = isLate ? `dial tcp ${address}: i/o timeout` : networkErrorText(error, address);
    return { kind: "failure", message };
  }
}

const servingNames = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** Source of the protocol: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
async function probeByGrpc(
  { network }: ProbeDeps,
  { port, service = "" }: GRPCAction,
  { target, timeoutMs }: Attempt,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const address = formatAddress(target.podIp, port);
  const writer = new ProtobufWriter();
  if (service !== "") writer.string(1, service);
  try {
    await using channel = await network.openGrpc(target.podIp, port);
    const options = { timeoutMs, signal };
    const answer = await channel.call("/grpc.health.v1.Health/Check", writer.finish(), options);
    const status = servingStatusOf(answer);
    if (status === 1) return success;
    const name = servingNames[status] ?? String(status);
    return { kind: "failure", message: `service unhealthy (responded with "${name}")` };
  } catch (error) {
    if (signal.aborted || !(error instanceof GrpcError)) throw error;
    return { kind: "failure", message: grpcFailureText(error, address, timeoutMs / 1000) };
  }
}

function servingStatusOf(answer: Uint8Array): number {
  const reader = new ProtobufReader(answer);
  let status = 0;
  while (reader.next()) {
    if (reader.field === 1) status = reader.int32();
    else reader.skip();
  }
  return status;
}

function grpcFailureText({ code, message }: GrpcError, address: string, seconds: number): string {
  if (code === "unimplemented") {
    return `this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`;
  }
  if (code === "deadlineExceeded") {
    return `timeout: health rpc did not complete within ${seconds}s`;
  }
  if (code === "unavailable") {
    return `failed to connect service "${address}" within ${seconds}s: ${message}`;
  }
  return `health rpc probe failed: ${message}`;
}
