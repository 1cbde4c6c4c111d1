import { shortFor } from "./pieces.ts";
import { record, text } from "./shape.ts";
import { fileMode } from "./text-formats.ts";

/** Where a service sees a secret or a config. */
export const fileMount = record(
  {
    source: text(),
    target: text(),
    uid: text("numbers"),
    gid: text("numbers"),
    mode: fileMode(),
  },
  { short: shortFor("source") },
);
