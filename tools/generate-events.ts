import { join } from "node:path";
import { discrepanciesFoundBy } from "#kernel/audit";
import { readTree } from "./architecture/tree.ts";
import { readFlow } from "./references/event-flow.ts";
import { eventsPage } from "./references/events-page.ts";
import { readServices } from "./references/services.ts";
import { writeOrCheck } from "./write-or-check.ts";

/** Writes docs/events.md from what every service publishes, hears and watches. */
const services = await readServices();
const flow = readFlow(readTree(join(import.meta.dirname, "..")), services);
const audited = services.filter(({ name, publishes = [] }) => publishes.includes(discrepanciesFoundBy(name)));
await writeOrCheck("docs/events.md", eventsPage({ flow, audited: ["bus", ...audited.map(({ name }) => name)] }));
