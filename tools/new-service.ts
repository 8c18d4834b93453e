import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./run-command.ts";
import { CannotScaffold, scaffoldService } from "./scaffold-service.ts";

// `npm run new-service wishlist`, or `npm run new-service wishlist -- --events` for one that publishes an event.
const root = join(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: "boolean", default: false } },
});
const [name, ...rest] = positionals;

if (name === undefined || rest.length > 0) {
  console.error("Say the name of one service: npm run new-service gift-cards");
  process.exit(2);
}

try {
  const written = scaffoldService(root, name, { withEvents: values.events });
  // The length of the name decides where lines break.
  const formatted = await runCommand(root, ["oxfmt", `services/${name}`]);
  if (!formatted.isOk) console.error(formatted.output);
  await describeAnew();
  console.log(written.map((file) => `  ${file}`).join("\n"));
  console.log(
    `\nNext: say in services/${name}/README.md what it owns (and in docs/where.md), then in contract.ts what it promises.`,
  );
  console.log(`Try it: npm test -- --stages types,architecture && npx vitest run services/${name}`);
} catch (error) {
  if (!(error instanceof CannotScaffold)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** The generated documents list every service: they are written again, so that the checks pass. */
async function describeAnew(): Promise<void> {
  for (const generator of globSync("tools/generate-*.ts", { cwd: root }).toSorted()) {
    const { isOk, output } = await runCommand(root, [process.execPath, generator]);
    if (!isOk) console.error(output);
  }
}
