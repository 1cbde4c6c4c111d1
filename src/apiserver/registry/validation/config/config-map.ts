/** Values for pods, public and secret: ConfigMaps and Secrets. */

import { configKeyProblems } from "#api";
import type { ConfigMap, Secret } from "#api/core/v1";
import {
  forbiddenField,
  invalidFor,
  invalidValue,
  type Problems,
  required,
  tooLong,
} from "../problems.ts";

/** All values of one object together. */
const valueBytesMax = 1024 * 1024;

type Values = Readonly<Record<string, string>>;

export function* configMapProblems({ data = {}, binaryData = {} }: ConfigMap): Problems {
  const encoder = new TextEncoder();
  let byteCount = 0;
  for (const [key, value] of Object.entries(data)) {
    yield* keyProblems("data", key);
    if (Object.hasOwn(binaryData, key)) {
      yield invalidValue(`data[${key}]`, key, "duplicate of key present in binaryData");
    }
    byteCount += encoder.encode(value).length;
  }
  for (const [key, value] of Object.entries(binaryData)) {
    yield* keyProblems("binaryData", key);
    byteCount += decodedLength(value);
  }
  if (byteCount > valueBytesMax) yield tooLong("", valueBytesMax);
}

export function* configMapChangeProblems(object: ConfigMap, current: ConfigMap): Problems {
  yield* fixedDataProblems(object, current);
  if (current.immutable === true && !isSame(object.binaryData, current.binaryData)) {
    yield forbiddenField("binaryData", fixedWhy);
  }
  yield* configMapProblems(object);
}

const annotatedAccount = "kubernetes.io/service-account.name";

export function* secretProblems({ data = {}, type = "", metadata }: Secret): Problems {
  let byteCount = 0;
  for (const [key, value] of Object.entries(data)) {
    yield* keyProblems("data", key);
    byteCount += decodedLength(value);
  }
  if (byteCount > valueBytesMax) yield tooLong("data", valueBytesMax);
  if (type === "kubernetes.io/service-account-token") {
    if ((metadata?.annotations?.[annotatedAccount] ?? "") === "") {
      yield required(`metadata.annotations[${annotatedAccount}]`);
    }
  }
  yield* typeProblems(type, data);
}

export function* secretChangeProblems(object: Secret, current: Secret): Problems {
  if (object.type !== current.type) yield invalidValue("type", object.type, "field is immutable");
  yield* fixedDataProblems(object, current);
  yield* secretProblems(object);
}

/** What a Secret of a type must hold for those who use it. */
function* typeProblems(type: string, data: Values): Problems {
  switch (type) {
    case "kubernetes.io/dockercfg":
      yield* documentProblems(".dockercfg", data);
      return;
    case "kubernetes.io/dockerconfigjson":
      yield* documentProblems(".dockerconfigjson", data);
      return;
    case "kubernetes.io/basic-auth":
      if (Object.hasOwn(data, "username") || Object.hasOwn(data, "password")) return;
      yield required("data[username]");
      yield required("data[password]");
      return;
    case "kubernetes.io/ssh-auth":
      if ((data["ssh-privatekey"] ?? "") === "") yield required("data[ssh-privatekey]");
      return;
    case "kubernetes.io/tls":
      for (const key of ["tls.crt", "tls.key"]) {
        if (!Object.hasOwn(data, key)) yield required(`data[${key}]`);
      }
      return;
    default:
  }
}

function* documentProblems(key: string, data: Values): Problems {
  const text = data[key];
  if (text === undefined) return yield required(`data[${key}]`);
  const why = documentProblem(atob(text).trim());
  if (why !== undefined) yield invalidValue(`data[${key}]`, "<secret contents redacted>", why);
}

/** Why a text is no JSON object, as Go's decoder says it for the common mistakes. */
function documentProblem(text: string): string | undefined {
  if (text === "") return "unexpected end of JSON input";
  if (!/^[[{"\-\dtfn]/.test(text)) {
    return `invalid character '${text.charAt(0)}' looking for beginning of value`;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
    const type = Array.isArray(value) ? "array" : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch {
    // The engine's own words would not be those of upstream's decoder.
    return "unexpected end of JSON input";
  }
}

const fixedWhy = "field is immutable when `immutable` is set";

interface Fixable {
  readonly immutable?: boolean | undefined;
  readonly data?: Values | undefined;
}

function* fixedDataProblems(object: Fixable, current: Fixable): Problems {
  if (current.immutable !== true) return;
  if (object.immutable !== true) yield forbiddenField("immutable", fixedWhy);
  if (!isSame(object.data, current.data)) yield forbiddenField("data", fixedWhy);
}

function isSame(left: Values = {}, right: Values = {}): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && left[key] === right[key])
  );
}

function* keyProblems(field: string, key: string): Problems {
  yield* invalidFor(`${field}[${key}]`, key, configKeyProblems(key));
}

function decodedLength(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
