/**
 * The page that an email shows: what fires, then what is over, with the labels of each. Programs that
 * show mail know tables and styles written at the element, and little else.
 */
const font = "font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#20242b";
const cell = `${font};padding:6px 24px`;
const button =
  "display:inline-block;background:#24507f;color:#fff;font-weight:bold;" +
  "text-decoration:none;padding:9px 18px;border-radius:4px";

const banner = (color: string) =>
  `<td style="${font};background:${color};color:#fff;font-size:16px;padding:18px 24px" align="center">` +
  "{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for {{ range .GroupLabels.SortedPairs }}" +
  "\n{{ .Name }}={{ .Value }}\n{{ end }}</td>";

const lines = (of: string) =>
  `{{ range .${of}.SortedPairs }}{{ .Name }} = {{ .Value }}<br>{{ end }}`;

const alert =
  `<tr><td style="${cell}"><strong>Labels</strong><br>${lines("Labels")}\n` +
  `{{ if .Annotations }}<strong>Annotations</strong><br>${lines("Annotations")}{{ end }}\n` +
  '<a href="{{ .GeneratorURL }}" style="color:#24507f">Source</a><br></td></tr>\n';

const section = (what: string) =>
  `{{ with .Alerts.${what} }}<tr><td style="${cell};padding-top:18px">` +
  `<strong>[{{ len . }}] ${what}</strong></td></tr>\n{{ range . }}${alert}{{ end }}{{ end }}`;

const rule =
  "{{ if and .Alerts.Firing .Alerts.Resolved }}" +
  `<tr><td style="${cell}"><hr style="border:0;border-top:1px solid #d5dae1"></td></tr>\n{{ end }}`;

export const defaultEmail = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin:0;background:#eef1f5">
<table width="100%" cellpadding="0" cellspacing="0" role="presentation"><tr><td align="center">
<table width="600" cellpadding="0" cellspacing="0" role="presentation" style="max-width:100%;background:#fff">
<tr>{{ if .Alerts.Firing }}${banner("#b3261e")}{{ else }}${banner("#2c6e36")}{{ end }}</tr>
<tr><td style="${cell};padding-top:24px"><a href="{{ template "__alertmanagerURL" . }}" style="${button}">View in {{ template "__alertmanager" . }}</a></td></tr>
${section("Firing")}${rule}${section("Resolved")}<tr><td style="${cell};padding:24px" align="center"><a href="{{ .ExternalURL }}" style="color:#5b6675;font-size:12px">Sent by {{ template "__alertmanager" . }}</a></td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
