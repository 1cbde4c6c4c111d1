/** The entry of the alerting part's web pages. */
import { render } from "preact";
import { AlertingApp, followOldLink } from "./alerting/alerting-app.tsx";
import "./style/theme.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/alerting.css";
import "./style/cluster.css";
import "./style/oncall.css";

followOldLink();
const place = globalThis.document.getElementById("app");
if (place !== null) render(<AlertingApp />, place);
