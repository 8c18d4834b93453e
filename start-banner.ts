import type { Settings } from "#platform/config";
import { processSettings } from "#platform/process-settings";
import type { Runtime } from "#platform/runtime";
import type { AnyService } from "#platform/service";
import { testCards } from "#payment-simulator/contract";

type Started = {
  readonly runtime: Runtime;
  readonly settings: Settings;
  readonly services: readonly AnyService[];
  readonly port: number;
  readonly operatorPort: number;
  readonly readyMs: number;
};

/** What the start prints: where things are and what to try next. */
export async function banner(started: Started): Promise<string> {
  const { services, settings } = started;
  const shop = `http://localhost:${started.port}`;
  const desk = `http://localhost:${started.operatorPort}`;
  const has = (name: string) => services.some((service) => service.name === name);
  const lines = [
    "",
    `  Tradepost is ready after ${(started.readyMs / 1_000).toFixed(1)} s: ${services.map((service) => service.name).join(", ")}`,
    "",
    ...(has("storefront") ? [`  Shop           ${shop}/`] : []),
    ...(has("gateway") ? [`  API            ${shop}/api/v1/products`, `  Documentation  ${shop}/api/docs`] : []),
    `  Health         ${shop}/health`,
    ...(has("notifications") ? [`  Mail inbox     ${desk}/mail`] : []),
    `  Operators      ${desk}/`,
    ...(started.runtime.faults === undefined
      ? []
      : [`  FAULTS=on      ${desk}/faults  things can be broken on purpose here (docs/faults.md)`]),
    `  Data           ${settings.get(processSettings.dataDir)}`,
    ...(await staffToken(started)),
    ...(has("payment-simulator")
      ? [
          "",
          "  Test cards (any future date, any CVC)",
          ...testCards.map((card) => `    ${asPrinted(card.number).padEnd(19)}  ${card.title}`),
        ]
      : []),
    "",
    ...(has("gateway")
      ? ["  Try  npm run demo          buys something through the public API and shows every step", ""]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Printed for a demo only: elsewhere output is kept in logs, and a token is a secret. */
async function staffToken({ runtime, services, settings }: Started): Promise<string[]> {
  const command = services
    .find((service) => service.name === "gateway")
    ?.commands?.find((one) => one.name === "staff-token");
  if (command === undefined) return [];
  if (settings.get(processSettings.demo) === "off") return ["  Staff token    npm run command gateway staff-token"];
  const [token] = await command.run(runtime.context("gateway"), []);
  return [`  Staff token    ${token}`];
}

/** In the groups that are printed on cards: 4-6-5 for 15 digits, else fours. */
function asPrinted(number: string): string {
  const groups = number.length === 15 ? /(\d{4})(\d{6})(\d{5})/ : /(\d{4})(\d{4})(\d{4})(\d{4})/;
  return number.replace(groups, (_, ...parts: string[]) => parts.slice(0, -2).join(" "));
}
