/**
 * The program as `wherry` runs it, but for its clock: that goes on only when the process that started
 * it says so, and says that it has when everything that was due then is done.
 *
 *     node stepped-program.ts START COMMAND…       START in milliseconds since 1970
 */
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { SteppedClock } from "#base";
import { commands, dispatch, type Roles } from "#cli";
import {
  exitWith,
  promisesSettled,
  readInvocation,
  realDisk,
  realGzip,
  realHttpConnector,
  realProcesses,
  realSockets,
  realTerminal,
  runForeground,
  systemRandom,
  watchStopSignals,
} from "#host";
import { runAlertmanager } from "../../../src/main/alertmanager/alertmanager.ts";
import { connect } from "../../../src/main/connect.ts";
import { aloneSurroundings, runPrometheus } from "../../../src/main/monitor/prometheus.ts";
import { rolesOf } from "../../../src/main/roles.ts";

const [start = "", ...args] = process.argv.slice(2);
const underWay = watchOutgoing();
const clock = new SteppedClock(quiet, Number(start));
const surroundings = { ...readInvocation(), version: "stepped" };
const { env, workingDirectory } = surroundings;
const pagesDirectory = "/nowhere";

const roles: Roles = {
  ...rolesOf(surroundings),
  prometheus: (settings, signal) => {
    const own = { env, workingDirectory, pagesDirectory, clock };
    return runPrometheus(settings, { ...aloneSurroundings, ...own }, signal);
  },
  alertmanager: (settings, signal) => {
    const around = { clock, env, pagesDirectory, onCall: undefined, onOpened: () => {} };
    return runAlertmanager(settings, around, signal);
  },
};

process.on("message", (untilMs: number) => {
  void clock.advance(untilMs - clock.nowMs()).then(() => process.send?.(clock.nowMs()));
});
// Whoever is gone steps no clock.
process.on("disconnect", () => exitWith(1));

const status = await dispatch(commands, args, {
  disk: realDisk,
  processes: realProcesses,
  clock,
  packing: realGzip,
  random: systemRandom,
  sockets: realSockets,
  connector: realHttpConnector,
  settled: promisesSettled,
  surroundings,
  terminal: realTerminal,
  signal: watchStopSignals(),
  connect,
  runForeground,
  roles,
});
exitWith(status);

/** Resolves when nothing is being asked, sent, read or written that the program began. */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 3; calm++) {
    await promisesSettled();
    if (!underWay.isBusy()) continue;
    calm = -1;
    await delay(1);
  }
}

interface Answered {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

/** Requests without their answer, conversations that are no HTTP, and files. */
function watchOutgoing() {
  const requests = new Set<ClientRequest>();
  const sockets = new Set<Socket>();
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { readonly request: ClientRequest };
    requests.add(request);
    request.once("error", () => requests.delete(request));
  });
  subscribe("http.client.response.finish", (message) => {
    const { request, response } = message as Answered;
    // A kept connection is open and does nothing.
    sockets.delete(response.socket);
    for (const end of ["end", "close"]) response.once(end, () => requests.delete(request));
  });
  subscribe("net.client.socket", (message) => {
    const { socket } = message as { readonly socket: Socket };
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const isFile = (resource: string) => resource.startsWith("FSReq");
  return {
    isBusy: () =>
      requests.size > 0 || sockets.size > 0 || process.getActiveResourcesInfo().some(isFile),
  };
}
