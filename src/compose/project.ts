import type { Remark } from "./compose-error.ts";
import type { Config, Model, Network, Secret, Service, Volume } from "./schema/project.ts";
import type { Extensions } from "./schema/shape.ts";
import type { MapNode } from "./tree/node.ts";

/**
 * A loaded application: interpolated, merged, extended, checked and in canonical form, so that every
 * short syntax has become its long one and every relative path is absolute. Names of attributes are
 * those of the file; an attribute that was not written is absent.
 */
export interface ComposeProject {
  readonly name: string;
  /** Where relative paths start. */
  readonly directory: string;
  /** Those that no profile keeps out, by name and in the order of the file. */
  readonly services: ReadonlyMap<string, Service>;
  /** Those that wait for a profile that is not active. */
  readonly disabledServices: ReadonlyMap<string, Service>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly configs: ReadonlyMap<string, Config>;
  readonly models: ReadonlyMap<string, Model>;
  readonly extensions: Extensions;
  /** The variables that the files saw: those of the command and of its files of variables. */
  readonly environment: ReadonlyMap<string, string>;
  /** What was worth a warning but is no mistake: variables that are not set, obsolete attributes. */
  readonly warnings: readonly Remark[];
  /** The same in the form that has places: `placeAt(project.tree, ["services", "web", "ports"])`. */
  readonly tree: MapNode;
}
