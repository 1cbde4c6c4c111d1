import assert from "node:assert/strict";
import { test } from "node:test";
import { realTimeZones } from "#host";
import { parseOncallConfig } from "./load-roster.ts";
import { withTeamServices } from "./team-services.ts";

const configured = `
users: [{name: ann, contacts: [{email: ann@example.com}]}]
teams:
  - {name: web, members: [ann], primary: rota}
  - {name: db, members: [ann]}
  - {name: ops, members: [ann], primary: rota}
  - {name: idle, members: [ann]}
schedules:
  - {name: rota, layers: [{start: 2026-01-05 09:00, members: [ann]}]}
policies:
  - {name: db, steps: [{users: [ann]}]}
services:
  - {name: shop, team: web}
`;

test("a team owns a service of its own name when it owns no other, and somebody is to be paged", () => {
  const { roster } = withTeamServices(parseOncallConfig(configured, realTimeZones));
  assert.deepEqual(
    [...roster.services.values()].map(({ name, team, policy }) => `${name} of ${team}: ${policy}`),
    ["shop of web: web (default)", "db of db: db", "ops of ops: ops (default)"],
  );
});
