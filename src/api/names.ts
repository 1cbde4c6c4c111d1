/**
 * The syntaxes of names, labels and keys. Each `…Problems` function returns what is wrong with a
 * value, in upstream's words (apimachinery `util/validation`); an empty list means that it is valid.
 */

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const dns1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const keyName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${keyName})?`;
const configKey = "[-._a-zA-Z0-9]+";

const labelPattern = whole(label);
const subdomainPattern = whole(subdomain);
const dns1035Pattern = whole(dns1035);
const wildcardPattern = whole(`\\*\\.${subdomain}`);
const keyNamePattern = whole(keyName);
const labelValuePattern = whole(labelValue);
const configKeyPattern = whole(configKey);

const labelLengthMax = 63;
const subdomainLengthMax = 253;
const portNameLengthMax = 15;

/** A DNS label of RFC 1123: the name of a namespace, container or port. */
export function dns1123LabelProblems(value: string): readonly string[] {
  const problems = lengthProblems(value, labelLengthMax);
  if (matches(labelPattern, value)) return problems;
  if (matches(subdomainPattern, value)) return [...problems, "must not contain dots"];
  return [
    ...problems,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`,
  ];
}

/** A DNS subdomain of RFC 1123: the name of most objects. */
export function dns1123SubdomainProblems(value: string): readonly string[] {
  const problems = lengthProblems(value, subdomainLengthMax);
  if (matches(subdomainPattern, value)) return problems;
  return [
    ...problems,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  ];
}

/** A DNS label of RFC 1035, which starts with a letter: the name of a Service. */
export function dns1035LabelProblems(value: string): readonly string[] {
  const problems = lengthProblems(value, labelLengthMax);
  if (matches(dns1035Pattern, value)) return problems;
  return [
    ...problems,
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${dns1035}')`,
  ];
}

/** A host name with a leading `*.`, as an Ingress may have. */
export function wildcardSubdomainProblems(value: string): readonly string[] {
  const problems = lengthProblems(value, subdomainLengthMax);
  if (matches(wildcardPattern, value)) return problems;
  return [
    ...problems,
    `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.${subdomain}')`,
  ];
}

/** The key of a label or annotation, and names of the same form: `[prefix/]name`. */
export function labelKeyProblems(value: string): readonly string[] {
  const parts = value.split("/");
  const advice = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${keyName}')`;
  if (parts.length > 2) {
    return [
      `a valid label key ${advice} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const name = parts[parts.length - 1] ?? "";
  const problems: string[] = [];
  if (prefix === "") problems.push("prefix part must be non-empty");
  else if (prefix !== undefined) {
    problems.push(...dns1123SubdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  }
  if (name === "") problems.push("name part must be non-empty");
  else problems.push(...lengthProblems(name, labelLengthMax).map((text) => `name part ${text}`));
  if (!matches(keyNamePattern, name)) problems.push(`name part ${advice}`);
  return problems;
}

export function labelValueProblems(value: string): readonly string[] {
  const problems = lengthProblems(value, labelLengthMax);
  if (matches(labelValuePattern, value)) return problems;
  return [
    ...problems,
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`,
  ];
}

/** A name that may stand as one segment of a URL path: roles and bindings. */
export function pathSegmentProblems(value: string): readonly string[] {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"]
    .filter((sign) => value.includes(sign))
    .map((sign) => `may not contain '${sign}'`);
}

/** A key of a ConfigMap or Secret. */
export function configKeyProblems(value: string): readonly string[] {
  const problems = [...lengthProblems(value, subdomainLengthMax)];
  if (!matches(configKeyPattern, value)) {
    problems.push(
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${configKey}')`,
    );
  }
  if (value === "." || value === "..") problems.push(`must not be '${value}'`);
  else if (value.startsWith("..")) problems.push("must not start with '..'");
  return problems;
}

/** The name of an environment variable: printable ASCII without `=`. */
export function envVarNameProblems(value: string): readonly string[] {
  if (value === "") return ["environment variable name must be non-empty"];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(value)) return [];
  return [
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  ];
}

/** The name of a port: at most 15 characters, with a letter. */
export function portNameProblems(value: string): readonly string[] {
  const problems = [...lengthProblems(value, portNameLengthMax)];
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) problems.push("must contain at least one letter (a-z)");
  if (value.includes("--")) problems.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) {
    problems.push("must not begin or end with a hyphen");
  }
  return problems;
}

/** Problems of a number that must lie within bounds, both of them included. */
export function rangeProblems(value: number, min: number, max: number): readonly string[] {
  return value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];
}

function lengthProblems(value: string, lengthMax: number): readonly string[] {
  return value.length > lengthMax ? [`must be no more than ${lengthMax} characters`] : [];
}

/** Longer texts are refused for their length anyway; the patterns need not see them. */
const patternLengthMax = 4096;

function matches(pattern: RegExp, value: string): boolean {
  return value.length <= patternLengthMax && pattern.test(value);
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}
