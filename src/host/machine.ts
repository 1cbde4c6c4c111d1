import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, hostname, networkInterfaces, release, totalmem } from "node:os";
import type { LinuxUsage, Machine, MachineFacts, NetworkAddress, ProcessUsage } from "#base";

/** The machine that this process runs on. */
export const realMachine: Machine = { describe, addresses, usage };

async function describe(): Promise<MachineFacts> {
  const [machineId, bootId, systemUuid, osRelease] = await Promise.all([
    readText("/etc/machine-id"),
    readText("/proc/sys/kernel/random/boot_id"),
    readText("/sys/class/dmi/id/product_uuid"),
    readText("/etc/os-release"),
  ]);
  return {
    hostname: hostname().toLowerCase(),
    machineId: machineId.trim(),
    bootId: bootId.trim(),
    systemUuid: systemUuid.trim(),
    kernelVersion: release(),
    osName: osNameOf(osRelease),
    os: process.platform,
    architecture: goArchitectureOf(process.arch),
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

/** The content of a file; nothing where the machine has no such file or keeps it from us. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // Each of these facts is only for people to read, and documented as empty when unknown.
    return "";
  }
}

function osNameOf(osRelease: string): string {
  const line = osRelease.split("\n").find((text) => text.startsWith("PRETTY_NAME="));
  return line?.slice("PRETTY_NAME=".length).replace(/^"|"$/g, "") ?? process.platform;
}

function goArchitectureOf(architecture: string): string {
  return architecture === "x64" ? "amd64" : architecture;
}

function addresses(): readonly NetworkAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, found]) =>
    (found ?? []).map((entry) => ({
      interfaceName,
      address: entry.address,
      prefixLength: Number(entry.cidr?.split("/")[1] ?? (entry.family === "IPv4" ? 32 : 128)),
      family: entry.family,
      loopback: entry.internal,
    })),
  );
}

function usage(): ProcessUsage {
  const { rss, heapUsed } = process.memoryUsage();
  const cpu = process.cpuUsage();
  return {
    pid: process.pid,
    residentBytes: rss,
    heapBytes: heapUsed,
    cpuMs: (cpu.user + cpu.system) / 1000,
    startedAtMs: performance.timeOrigin,
    linux: process.platform === "linux" ? linuxUsage() : undefined,
  };
}

const pageBytes = 4096;

function linuxUsage(): LinuxUsage | undefined {
  try {
    const [pages = "0"] = readFileSync("/proc/self/statm", "utf8").split(" ");
    const limits = readFileSync("/proc/self/limits", "utf8");
    return {
      openFiles: readdirSync("/proc/self/fd").length,
      openFilesMax: limitOf(limits, "Max open files"),
      virtualBytes: Number(pages) * pageBytes,
      virtualBytesMax: limitOf(limits, "Max address space"),
      ...networkBytes(readFileSync("/proc/self/net/dev", "utf8")),
    };
  } catch {
    // A sandbox may hide it; the figures are then absent, as where there is no such file system.
    return undefined;
  }
}

/** The soft limit of that name. */
function limitOf(limits: string, name: string): number {
  const found = limits.split("\n").find((line) => line.startsWith(name));
  const [text = ""] = found?.slice(name.length).trim().split(/\s+/) ?? [];
  return text === "unlimited" ? 2 ** 64 : Number(text);
}

/** `text` has a line for each interface: its name, eight figures of receiving, eight of sending. */
function networkBytes(text: string) {
  let networkReceivedBytes = 0;
  let networkSentBytes = 0;
  for (const line of text.split("\n").filter((one) => one.includes(":"))) {
    const figures = (line.split(":")[1] ?? "").trim().split(/\s+/).map(Number);
    networkReceivedBytes += figures[0] ?? 0;
    networkSentBytes += figures[8] ?? 0;
  }
  return { networkReceivedBytes, networkSentBytes };
}
