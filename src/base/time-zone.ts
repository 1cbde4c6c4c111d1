/** Local times of the world. `host` knows them from its time zone database. */
export interface TimeZones {
  /** The zone by its IANA name (`Europe/Berlin`), or undefined when there is none of that name. */
  find(name: string): TimeZone | undefined;
  /** Where this process is. */
  readonly local: TimeZone;
}

export interface TimeZone {
  /** How far local time is ahead of UTC at this moment, in milliseconds. */
  offsetMsAt(epochMs: number): number;
  /** What the zone is called then: `CET`, `CEST`; undefined or absent when it has no such name. */
  nameAt?(epochMs: number): string | undefined;
}

export const utc: TimeZone = { offsetMsAt: () => 0, nameAt: () => "UTC" };
