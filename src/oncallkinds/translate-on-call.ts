/**
 * The objects of on-call as what `oncall.yml` says: they are put together to such a file and read by the
 * code that reads it. An object that is refused is left out, or the version of it that was in force
 * before stays; the others are not stopped by it.
 *
 * Names are the cluster's, whichever namespace they are in, because a person is on call for more than
 * one; the oldest object holds a name. Who is named and not there is kept as somebody who cannot be
 * reached: turns stay whose they are, and a step that finds nobody falls through at once.
 */
import { type AnyKind, asJsonObject, type JsonObject, parseTime } from "#api";
import { assert, compareText, type TimeZones } from "#base";
import { type OncallConfig, parseOncallConfig } from "#oncall";
import { ConfigError } from "#promconfig";
import { specFieldNames } from "./field-names.ts";
import { InvalidObjectError } from "./invalid-object-error.ts";
import {
  namedSections,
  type OnCallObject,
  type OnCallObjects,
  onCallKinds,
  type OnCallSection,
} from "./on-call-objects.ts";
import { type Reference, referencesOf } from "./references.ts";
import { reveal, type RevealedSpec, type Secrets } from "./secrets.ts";
import {
  type DocumentEntry,
  objectMessage,
  traceDocument,
  type TracedDocument,
} from "./traced-document.ts";

/** By uid: what is in force of each object, secrets included. For the next translation only. */
export type SpecsInForce = ReadonlyMap<string, RevealedSpec>;

export interface OnCallContext {
  readonly zones: TimeZones;
  secretsOf(namespace: string): Secrets;
  /** Of the translation before this one; empty at first. */
  readonly before: SpecsInForce;
}

/** What became of one object. */
export interface OnCallVerdict {
  readonly kind: AnyKind;
  readonly section: OnCallSection;
  readonly object: OnCallObject;
  /** Why it cannot be in force as it is, with the field; undefined: it is. */
  readonly problem: string | undefined;
  /** With a problem: whether what it said before is in force still. */
  readonly isOldInForce: boolean;
  /** Those that it names and that are not there, with the field. */
  readonly unresolved: readonly string[];
}

export interface OnCallTranslation {
  readonly config: OncallConfig;
  readonly verdicts: readonly OnCallVerdict[];
  readonly inForce: SpecsInForce;
}

export function translateOnCall(objects: OnCallObjects, context: OnCallContext): OnCallTranslation {
  const entries = new OnCallEntries(objects, context);
  const config = entries.read();
  return { config, verdicts: entries.verdicts(), inForce: entries.inForce() };
}

/** One object, and which version of it is tried. */
interface Standing {
  readonly section: OnCallSection;
  readonly object: OnCallObject;
  problem: string | undefined;
  /** Undefined: it is left out. */
  version: { readonly age: "new" | "old"; readonly revealed: RevealedSpec } | undefined;
}

class OnCallEntries {
  readonly #context: OnCallContext;
  readonly #standings: readonly Standing[];

  constructor(objects: OnCallObjects, context: OnCallContext) {
    this.#context = context;
    this.#standings = [...namedSections, "configs" as const].flatMap((section) =>
      this.#standingsOf(section, [...objects[section]].sort(byAge)),
    );
  }

  /** Every refusal takes a version out, so that there is an end to it. */
  read(): OncallConfig {
    while (true) {
      const document = this.#document();
      try {
        return parseOncallConfig(document.text, this.#context.zones);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.#blame(document, error);
      }
    }
  }

  verdicts(): readonly OnCallVerdict[] {
    return this.#standings.map((standing) => ({
      kind: onCallKinds[standing.section],
      section: standing.section,
      object: standing.object,
      problem: standing.problem,
      isOldInForce: standing.version?.age === "old",
      unresolved: this.#unresolvedOf(standing),
    }));
  }

  inForce(): SpecsInForce {
    return new Map(
      this.#standings.flatMap(({ object, version }) =>
        version === undefined ? [] : [[object.metadata.uid, version.revealed] as const],
      ),
    );
  }

  #standingsOf(section: OnCallSection, oldestFirst: readonly OnCallObject[]): Standing[] {
    const holders = new Map<string, OnCallObject>();
    return oldestFirst.map((object) => {
      const name = section === "configs" ? "" : object.metadata.name;
      const holder = holders.get(name);
      if (holder === undefined) {
        holders.set(name, object);
        return this.#first(section, object);
      }
      const problem =
        section === "configs"
          ? `spec: there is one OnCallConfig, and ${keyText(holder)}, which is older, is it`
          : `metadata.name: ${keyText(holder)}, which is older, has this name`;
      return { section, object, problem, version: undefined };
    });
  }

  #first(section: OnCallSection, object: OnCallObject): Standing {
    const secrets = this.#context.secretsOf(object.metadata.namespace ?? "");
    try {
      const revealed = reveal(asJsonObject(object.spec), secrets);
      return { section, object, problem: undefined, version: { age: "new", revealed } };
    } catch (error) {
      if (!(error instanceof InvalidObjectError)) throw error;
      return { section, object, problem: error.message, version: this.#oldOf(object) };
    }
  }

  #oldOf({ metadata }: OnCallObject): Standing["version"] {
    const revealed = this.#context.before.get(metadata.uid);
    return revealed && { age: "old", revealed };
  }

  #blame(document: TracedDocument<Standing | undefined>, error: ConfigError): void {
    const place = document.placeOf(error);
    const standing = place?.owner;
    assert(place !== undefined && standing?.version !== undefined, `an owner of: ${error.message}`);
    const { age, revealed } = standing.version;
    const isSecret = revealed.secretPaths.has(place.path);
    const words = specFieldNames([onCallKinds[standing.section]]);
    const message = isSecret ? "what the Secret has is not valid" : objectMessage(error, words);
    standing.problem ??= `${place.path}: ${message}`;
    standing.version = age === "new" ? this.#oldOf(standing.object) : undefined;
  }

  #document(): TracedDocument<Standing | undefined> {
    const missing = new MissingNames(this.#standings.flatMap((one) => this.#missingOf(one)));
    const sections = namedSections.map((key) => {
      const real = this.#inSection(key).map(entryOf);
      return { key, entries: [...real, ...missing.entriesOf(key)] };
    });
    const [config] = this.#inSection("configs");
    return traceDocument(sections, config && this.#topOf(config));
  }

  #inSection(section: OnCallSection): readonly Standing[] {
    return this.#standings.filter((one) => one.section === section && one.version !== undefined);
  }

  /** A service that is not there must not take the ways of all pages with it. */
  #topOf(config: Standing): DocumentEntry<Standing> {
    const entry = entryOf(config);
    const { ownService, ...others } = entry.spec;
    const isThere = typeof ownService === "string" && this.#has("services", ownService);
    return { ...entry, name: undefined, spec: isThere ? entry.spec : others };
  }

  #missingOf({ version }: Standing): readonly Reference[] {
    if (version === undefined) return [];
    return referencesOf(version.revealed.spec).filter(
      ({ what, name }) => !this.#has(`${what}s`, name),
    );
  }

  #unresolvedOf(standing: Standing): readonly string[] {
    const missing = this.#missingOf(standing).map(
      ({ what, name, path }) => `${path}: there is no ${what} "${name}"`,
    );
    const own = standing.section === "configs" && standing.version?.revealed.spec["ownService"];
    if (typeof own !== "string" || this.#has("services", own)) return missing;
    return [...missing, `spec.ownService: there is no service "${own}"`];
  }

  #has(section: OnCallSection, name: string): boolean {
    return this.#inSection(section).some(({ object }) => object.metadata.name === name);
  }
}

/** Who is named and not there, once each. What could be nobody's name is left to be refused. */
class MissingNames {
  readonly #names: Readonly<Partial<Record<OnCallSection, ReadonlySet<string>>>>;

  constructor(references: readonly Reference[]) {
    const named = (what: Reference["what"]) =>
      new Set(
        references
          .filter((one) => one.what === what && /^[\w.@-]{1,64}$/.test(one.name))
          .map(({ name }) => name),
      );
    this.#names = { users: named("user"), schedules: named("schedule"), teams: named("team") };
  }

  entriesOf(section: OnCallSection): readonly DocumentEntry<undefined>[] {
    const spec: JsonObject = {};
    return [...(this.#names[section] ?? [])].map((name) => ({ owner: undefined, name, spec }));
  }
}

function entryOf(standing: Standing): DocumentEntry<Standing> {
  const spec = standing.version?.revealed.spec ?? {};
  return { owner: standing, name: standing.object.metadata.name, spec };
}

/** As Gateway API has it: the oldest first, and of two of one second the first by name. */
function byAge(left: OnCallObject, right: OnCallObject): number {
  const [a, b] = [left.metadata, right.metadata];
  return (
    parseTime(a.creationTimestamp) - parseTime(b.creationTimestamp) ||
    compareText(keyText(left), keyText(right))
  );
}

function keyText({ metadata }: OnCallObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
