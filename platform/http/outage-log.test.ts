import { expect, test } from "vitest";
import { refuse, type Refusal } from "#kernel/refusal";
import { createLog } from "../log.ts";
import { logOutage } from "./outage-log.ts";

const refusal = (service: string): Refusal =>
  Object.assign(refuse.SERVICE_UNAVAILABLE({ service, detail: "It is away." }), { cause: new Error(`no ${service}`) });

test("an outage is told once, then once a minute with how many requests it refused meanwhile", () => {
  const lines: { path: string; untold?: number; cause: { message: string } }[] = [];
  const log = createLog({ level: "warn", write: (line) => void lines.push(JSON.parse(line)) });
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) logOutage(refusal("database"), { path: `/${nowMs}` }, log, nowMs);
  logOutage(refusal("mail"), { path: "/mail" }, log, 59_000);
  logOutage(refusal("database"), { path: "/later" }, log, 60_000);
  expect(lines.map(({ path, untold, cause }) => ({ path, untold, cause: cause.message }))).toEqual([
    { path: "/0", untold: undefined, cause: "no database" },
    { path: "/mail", untold: undefined, cause: "no mail" },
    { path: "/later", untold: 599, cause: "no database" },
  ]);
});
