import type { Setting } from "#platform/config";
import { processSettings } from "#platform/process-settings";
import { urlSettingName } from "#platform/runtime-context";
import { topology } from "../topology.ts";
import { readServices } from "./references/services.ts";
import { writeOrCheck } from "./write-or-check.ts";

/** Writes docs/settings.md from the declarations: every setting of the process and of each service. */
const parts = [
  "# Settings",
  "",
  "Environment variables. Written by `node tools/generate-settings.ts` from the declarations in the code.",
  "",
];
parts.push(...table("The process", Object.values(processSettings)));
for (const { name, settings = [] } of await readServices())
  if (settings.length > 0) parts.push(...table(name, settings));
parts.push(
  "## Where services and databases are",
  "",
  "| setting | meaning |",
  "|---|---|",
  ...topology.map(
    ({ name }) =>
      `| \`${urlSettingName(name)}\` | where ${name} answers, when it does not run in this process; several replicas separated by commas |`,
  ),
  ...["bus", ...topology.filter((row) => row.databaseConnections > 0).map((row) => row.name)].map(
    (name) =>
      `| \`${name.replaceAll("-", "_").toUpperCase()}_DATABASE_URL\` | PostgreSQL database of ${name}; without it the embedded server |`,
  ),
  "",
);
await writeOrCheck("docs/settings.md", parts.join("\n"));

function table(title: string, settings: readonly Setting<unknown>[]): string[] {
  const rows = settings.map((setting) => {
    const unit = setting.unit === undefined ? "" : ` (${setting.unit})`;
    const value =
      setting.defaultValue === undefined || String(setting.defaultValue) === ""
        ? "–"
        : `\`${String(setting.defaultValue)}\``;
    return `| \`${setting.name}\` | ${setting.doc}${setting.isSecret === true ? " Secret." : ""} | ${setting.accepts.replaceAll("|", "\\|")}${unit} | ${value} |`;
  });
  return [`## ${title}`, "", "| setting | meaning | accepts | default |", "|---|---|---|---|", ...rows, ""];
}
