import { Settings } from "#platform/config";
import { OPERATOR_PORT_OFFSET } from "#platform/fleet";
import { processSettings } from "#platform/process-settings";
import { topology } from "../topology.ts";

/** `npm run command inventory reconcile -- --repair`: runs a service's command in the shop that runs on this machine, be it one
 *  process or a fleet. */
const [service, name, ...args] = process.argv.slice(2);
const settings = Settings.fromEnvironment();
const desk = `http://127.0.0.1:${settings.get(processSettings.operatorPort)}`;
const row = topology.find((one) => one.name === service);
const deskInFleet = row === undefined ? undefined : `http://127.0.0.1:${row.port + OPERATOR_PORT_OFFSET}`;

if (service === undefined || name === undefined) {
  console.log(`Usage: npm run command <service> <command> [arguments]\nThe commands are listed at ${desk}/`);
  process.exit(2);
}
const ask = (address: string) =>
  fetch(`${address}/commands/${service}/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ args }),
  }).catch(() => undefined);
const answer = (await ask(desk)) ?? (deskInFleet === undefined ? undefined : await ask(deskInFleet));
if (answer === undefined) {
  console.error(`No shop answers at ${desk}. Start it with npm start or npm run fleet, or set OPS_PORT.`);
  process.exit(1);
}
const told = (await answer.json()) as { lines?: string[]; title?: string };
if (!answer.ok) {
  console.error(
    answer.status === 404 ? `There is no command ${service} ${name}; they are listed at ${desk}/` : told.title,
  );
  process.exit(1);
}
console.log((told.lines ?? []).join("\n"));
