export { realClock } from "./clock.ts";
export { realDialer } from "./dialer.ts";
export { realDisk } from "./disk.ts";
export { openGrpcChannel } from "./grpc.ts";
export { type LogLevel, type LogOptions, type OpenLogger, openLogger } from "./logger.ts";
export { realMachine } from "./machine.ts";
export { realProcesses } from "./processes.ts";
export { systemRandom } from "./random.ts";
export { realSockets } from "./sockets.ts";
export {
  exitWith,
  type Invocation,
  onUncaught,
  readInvocation,
  realTerminal,
  runForeground,
  watchStopSignals,
} from "./invocation.ts";
