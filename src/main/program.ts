/** The program: connects the command line to this machine, and runs one command. */
import { describeError } from "#base";
import { commands, dispatch } from "#cli";
import {
  exitWith,
  onUncaught,
  promisesSettled,
  readInvocation,
  realClock,
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
import { rolesOf } from "./roles.ts";
import { version } from "./version.ts";

const exitBug = 70;

onUncaught((error) => {
  realTerminal.note(`wherry: bug: ${error instanceof Error ? error.stack : describeError(error)}`);
  exitWith(exitBug);
});

const invocation = readInvocation();
const surroundings = { ...invocation, version };
const status = await dispatch(commands, invocation.args, {
  disk: realDisk,
  processes: realProcesses,
  clock: realClock,
  packing: realGzip,
  random: systemRandom,
  sockets: realSockets,
  connector: realHttpConnector,
  settled: promisesSettled,
  surroundings,
  terminal: realTerminal,
  signal: watchStopSignals(),
  connect: async (access) => (await import("./connect.ts")).connect(access),
  runForeground,
  roles: rolesOf(surroundings),
});
exitWith(status);
