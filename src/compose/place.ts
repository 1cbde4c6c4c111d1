/** Where something stands in a Compose file. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `docker-compose.yml:12:5`, as editors and terminals understand it. */
export function formatPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
