import { crc32c } from "#base";

/** The name that a section gives, or one that differs for each: as long as upstream's. */
export function remoteNameOf(config: { readonly name: string }, identity: string): string {
  if (config.name !== "") return config.name;
  return crc32c(new TextEncoder().encode(identity)).toString(16).padStart(8, "0").slice(0, 6);
}
