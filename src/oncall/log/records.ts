/** Texts by name that many programs share, each of which is only replaced by who has seen it. */
export interface Records {
  find(name: string): Promise<StoredRecord | undefined>;
  /** The names of all records there are. */
  list(): Promise<readonly string[]>;
  /**
   * Replaces the record that has this version, or makes one where there is none, and resolves with
   * its new version when it is durable. Rejects with `RecordConflict` when there is another one.
   */
  write(name: string, text: string, version: string | undefined): Promise<string>;
  /** Does nothing where there is none. */
  remove(name: string): Promise<void>;
}

export interface StoredRecord {
  readonly text: string;
  /** Another one after every write. */
  readonly version: string;
}

/** The record is not the one that was to be replaced. */
export class RecordConflict extends Error {
  override readonly name = "RecordConflict";
}
