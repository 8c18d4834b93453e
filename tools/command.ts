import { Settings } from "#platform/config";
import { processSettings } from "#platform/process-settings";

/** `npm run command inventory reconcile -- --repair`: runs a service's command in the shop that runs on this machine. */
const [service, name, ...args] = process.argv.slice(2);
const settings = Settings.fromEnvironment();
const desk = `http://127.0.0.1:${settings.get(processSettings.operatorPort)}`;

if (service === undefined || name === undefined) {
  console.log(`Usage: npm run command <service> <command> [arguments]\nThe commands are listed at ${desk}/`);
  process.exit(2);
}
const answer = await fetch(`${desk}/commands/${service}/${name}`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ args }),
}).catch(() => undefined);
if (answer === undefined) {
  console.error(`No shop answers at ${desk}. Start it with npm start, or set OPS_PORT.`);
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
