/** The web pages' entry. */
import { render } from "preact";
import { App } from "./shell/app.tsx";
import "./style/theme.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/query.css";
import "./style/cluster.css";
import "./style/alerting.css";
import "./style/oncall.css";
import "./style/sigma.css";

const place = globalThis.document.getElementById("app");
if (place !== null) render(<App />, place);
