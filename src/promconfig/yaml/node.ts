/** Where something stands in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML document as it was written: nothing is resolved yet, aliases and merges are followed. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly position: Position;
  readonly text: string;
  /** Written without quotes, so that `yes`, `12` or nothing at all may be more than text. */
  readonly isPlain: boolean;
  /** `!!binary`, `!!str`, …; undefined when none was written. */
  readonly tag: string | undefined;
}

interface YamlList {
  readonly kind: "list";
  readonly position: Position;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: "map";
  readonly position: Position;
  /** In the order of the file; a key that was written twice is here twice. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}
