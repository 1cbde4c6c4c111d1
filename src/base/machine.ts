/** What a machine is; changes only by a restart of it. */
export interface MachineFacts {
  readonly hostname: string;
  /** `/etc/machine-id`, 32 hexadecimal digits; empty where there is none. */
  readonly machineId: string;
  /** Differs after each start of the kernel. */
  readonly bootId: string;
  /** The firmware's UUID; empty where it cannot be read. */
  readonly systemUuid: string;
  readonly kernelVersion: string;
  /** `PRETTY_NAME` of os-release: `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName: string;
  /** As Go names it: `linux`, `darwin`. */
  readonly os: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
}

/** What our own process uses. */
export interface ProcessUsage {
  readonly pid: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Processor time used since the start, user and system together. */
  readonly cpuMs: number;
  readonly startedAtMs: number;
  /** What only Linux tells. */
  readonly linux: LinuxUsage | undefined;
}

export interface LinuxUsage {
  readonly openFiles: number;
  /** How many files may be open. */
  readonly openFilesMax: number;
  readonly virtualBytes: number;
  /** As much as can be counted when there is no limit. */
  readonly virtualBytesMax: number;
  /** Of all interfaces in the process's network namespace. */
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
}

export interface NetworkAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly family: "IPv4" | "IPv6";
  /** Reachable from this machine only. */
  readonly loopback: boolean;
}

/** The machine that we run on, and our part of it. */
export interface Machine {
  describe(): Promise<MachineFacts>;
  addresses(): readonly NetworkAddress[];
  usage(): ProcessUsage;
}
