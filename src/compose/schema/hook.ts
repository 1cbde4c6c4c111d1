import { command, environment } from "./pieces.ts";
import { flag, record, required, text } from "./shape.ts";

const settings = {
  user: text("numbers"),
  privileged: flag(),
  working_dir: text(),
  environment: environment(),
} as const;

/** A command that runs in a running container. */
export const hook = record({ command: required(command()), ...settings });

/** A container that runs before the one of the service. */
export const preStartHook = record({
  command: command(),
  image: text(),
  ...settings,
  per_replica: flag(),
});
