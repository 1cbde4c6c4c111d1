/** Secrets and configs: objects with the content, and how services see them. */
import type { ConfigMap, Secret } from "#api/core/v1";
import type { Config, Path, Secret as ComposeSecret, Service } from "#compose";
import { labelsOf } from "../attributes/object-labels.ts";
import { stackObjectLabels } from "../labels.ts";
import { contentHash, isConfigKey, objectNameOf, suffixedName } from "../names.ts";
import type { Mounted } from "../pod/mounts.ts";
import type { Conversion } from "../stack-service.ts";
import { base64, decodedText } from "./bind-contents.ts";

type Section = "secrets" | "configs";
type FileUse = NonNullable<Service["secrets"]>[number];

/** The key under which somebody else's Secret or ConfigMap has to have the content. */
const externalKey = "file";

/** Everybody may read, nobody may write. */
const defaultMode = 0o444;

interface Located {
  readonly objectName: string;
  readonly key: string;
}

/** The mount of one secret or config; none when it has been reported. */
export function contentMount(
  section: Section,
  use: FileUse,
  { at, conversion }: { readonly at: Path; readonly conversion: Conversion },
): readonly Mounted[] {
  const source = use.source ?? "";
  const located = locate(section, source, conversion);
  if (located === undefined) return [];
  for (const owner of ["uid", "gid"] as const) {
    if (use[owner] === undefined || use[owner] === "0") continue;
    conversion.report.lose([...at, owner], "ignored", "the file belongs to root");
  }
  const mode = use.mode ?? defaultMode;
  const target = targetOf(section, use);
  const { objectName, key } = located;
  const kind = section === "secrets" ? "secret" : "config";
  const name = `${kind}-${contentHash(`${source} ${mode}`)}`;
  const items = [{ key, path: key, mode }];
  const volume =
    section === "secrets"
      ? { name, secret: { secretName: objectName, items } }
      : { name, configMap: { name: objectName, items } };
  return [{ volume, mount: { name, mountPath: target, subPath: key, readOnly: true } }];
}

function targetOf(section: Section, { source = "", target }: FileUse): string {
  const directory = section === "secrets" ? "/run/secrets" : "";
  if (target === undefined) return `${directory}/${source}`;
  return target.startsWith("/") ? target : `${directory}/${target}`;
}

/** The Secrets with the content of the secrets that services use. */
export function secretObjects(conversion: Conversion): readonly (readonly [string, Secret])[] {
  return usedSources("secrets", conversion).flatMap((source) => {
    const located = locate("secrets", source, conversion);
    const definition = conversion.project.secrets.get(source);
    const content = contentOf("secrets", source, conversion);
    if (located === undefined || content === undefined || definition?.external === true) return [];
    const secret: Secret = {
      metadata: metadataOf("secrets", source, conversion),
      type: "Opaque",
      data: { [located.key]: base64(content) },
    };
    return [[source, secret] as const];
  });
}

/** The ConfigMaps with the content of the configs that services use. */
export function configObjects(conversion: Conversion): readonly (readonly [string, ConfigMap])[] {
  return usedSources("configs", conversion).flatMap((source) => {
    const located = locate("configs", source, conversion);
    const definition = conversion.project.configs.get(source);
    const content = contentOf("configs", source, conversion);
    if (located === undefined || content === undefined || definition?.external === true) return [];
    const text = decodedText(content);
    const config: ConfigMap = {
      metadata: metadataOf("configs", source, conversion),
      ...(text === undefined
        ? { binaryData: { [located.key]: base64(content) } }
        : { data: { [located.key]: text } }),
    };
    return [[source, config] as const];
  });
}

function metadataOf(section: Section, source: string, conversion: Conversion) {
  const definition = conversion.project[section].get(source);
  const own = labelsOf(definition?.labels, [section, source, "labels"], conversion.report);
  return {
    name: locate(section, source, conversion)?.objectName ?? source,
    namespace: conversion.options.namespace,
    labels: { ...own, ...stackObjectLabels(conversion.options) },
  };
}

/** Once each, in the order of the file. */
function usedSources(section: Section, { project, services }: Conversion): readonly string[] {
  const used = new Set(
    [...services.values()].flatMap(({ definition }) =>
      (definition[section] ?? []).map(({ source }) => source ?? ""),
    ),
  );
  return [...project[section].keys()].filter((name) => used.has(name));
}

function locate(section: Section, source: string, conversion: Conversion): Located | undefined {
  const definition = conversion.project[section].get(source);
  if (definition === undefined) return undefined;
  if (definition.external === true) {
    return { objectName: objectNameOf(definition.name ?? source), key: externalKey };
  }
  const content = contentOf(section, source, conversion);
  if (content === undefined) return undefined;
  const key = keyFor(source, definition);
  return {
    objectName: suffixedName(objectNameOf(source), contentHash(content)),
    key,
  };
}

/** The name of the file that it comes from, which is what people know it by. */
function keyFor(source: string, { file }: ComposeSecret | Config): string {
  const name = file?.slice(file.lastIndexOf("/") + 1) ?? source;
  return isConfigKey(name) ? name : externalKey;
}

function contentOf(
  section: Section,
  source: string,
  conversion: Conversion,
): Uint8Array | undefined {
  const { project, files } = conversion;
  const definition = section === "secrets" ? project.secrets.get(source) : undefined;
  const { file, environment } = definition ?? project[section].get(source) ?? {};
  if (file !== undefined) return files.contents.get(file);
  const inline = section === "configs" ? project.configs.get(source)?.content : undefined;
  const text = inline ?? project.environment.get(environment ?? "");
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

/** Rejects secrets and configs that services use but that have no content anywhere. */
export function checkContents(conversion: Conversion): void {
  const sections: readonly Section[] = ["secrets", "configs"];
  for (const section of sections) {
    const used = usedSources(section, conversion);
    for (const source of used) checkContent(section, source, conversion);
  }
}

function checkContent(section: Section, source: string, conversion: Conversion): void {
  const definition = conversion.project[section].get(source);
  if (definition === undefined || definition.external === true) return;
  const content = contentOf(section, source, conversion);
  const kind = section === "secrets" ? "secret" : "config";
  const { file, environment } = definition;
  if (content === undefined && file !== undefined) {
    const problem = `${kind} "${source}": ${file} is no file that can be read`;
    conversion.report.reject([section, source, "file"], problem);
  } else if (content === undefined && environment !== undefined) {
    const problem = `environment variable "${environment}" required by ${kind} "${source}" is not set`;
    conversion.report.reject([section, source, "environment"], problem);
  }
}
