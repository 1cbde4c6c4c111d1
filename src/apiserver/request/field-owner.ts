import type { HttpRequest } from "#base";
import { findHeader } from "#http";
import type { WriteOptions } from "./write-options.ts";

const managerLengthMax = 128;

/** Whose changes a write's are: the manager it names, else the program by its User-Agent. */
export function fieldOwnerOf(options: WriteOptions, request: HttpRequest): string {
  if (options.fieldManager !== "") return options.fieldManager;
  const [program = ""] = (findHeader(request.headers, "user-agent") ?? "").split("/");
  return program.replace(/[^\x20-\x7e]/g, "").slice(0, managerLengthMax) || "unknown";
}
