import { formatPlace, type Place } from "./place.ts";

/** One thing that is wrong with, or worth knowing about, a Compose file. */
export interface Remark {
  /** Undefined where no file is to blame, such as a file that does not exist. */
  readonly place: Place | undefined;
  readonly message: string;
}

/** How many of the remarks a message spells out. */
const shownMax = 10;

/** A Compose file that cannot be used. The message has one line per problem, each with its place. */
export class ComposeError extends Error {
  override readonly name = "ComposeError";
  readonly problems: readonly Remark[];

  constructor(problems: readonly Remark[], options?: ErrorOptions) {
    super(describe(problems), options);
    this.problems = problems;
  }
}

/** The error of a single problem. */
export function composeError(message: string, place?: Place, options?: ErrorOptions): ComposeError {
  return new ComposeError([{ place, message }], options);
}

/** `file:line:column: message`. */
export function formatRemark({ place, message }: Remark): string {
  return place === undefined ? message : `${formatPlace(place)}: ${message}`;
}

function describe(problems: readonly Remark[]): string {
  const lines = problems.slice(0, shownMax).map(formatRemark);
  const hidden = problems.length - lines.length;
  return [...lines, ...(hidden > 0 ? [`and ${hidden} more`] : [])].join("\n");
}
