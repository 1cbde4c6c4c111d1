const units = [
  { name: "minute", ms: 60_000, upTo: 60 },
  { name: "hour", ms: 3_600_000, upTo: 48 },
  { name: "day", ms: 86_400_000, upTo: 14 },
  { name: "week", ms: 604_800_000, upTo: 8 },
  { name: "month", ms: 2_592_000_000, upTo: 24 },
  { name: "year", ms: 31_536_000_000, upTo: Number.POSITIVE_INFINITY },
] as const;

/** `5 minutes`, in the words and with the roundness of Docker's tables. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1) return "less than a second";
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  for (const { name, ms: unitMs, upTo } of units) {
    const count = Math.floor(ms / unitMs);
    if (count >= upTo) continue;
    if (count > 1) return `${count} ${name}s`;
    return `about ${name === "hour" ? "an" : "a"} ${name}`;
  }
  return "";
}
