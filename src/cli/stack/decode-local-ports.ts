/** Files that only we write, in the person's own directory: what is damaged counts as absent. */

export interface PortProcess {
  readonly pid: number;
  /** See `Processes.findIdentity`. */
  readonly identity: string;
  /** A hash of the ports that it is to forward. */
  readonly wanted: string;
}

export interface Ports {
  readonly open: readonly LocalPort[];
  /** What went wrong with the others. */
  readonly notes: readonly string[];
}

interface LocalPort {
  readonly address: string;
  readonly port: number;
  readonly service: string;
  readonly target: number;
}

export function decodePortProcess(bytes: Uint8Array): PortProcess | undefined {
  const value: Partial<PortProcess> | null = JSON.parse(new TextDecoder().decode(bytes));
  const isProcess = typeof value?.pid === "number" && typeof value.identity === "string";
  return isProcess ? (value as PortProcess) : undefined;
}

export function decodePorts(bytes: Uint8Array): Ports {
  const value: Partial<Ports> | null = JSON.parse(new TextDecoder().decode(bytes));
  return { open: value?.open ?? [], notes: value?.notes ?? [] };
}
