import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withPart } from "../chaos/publish.ts";
import { chartOf } from "./chart.ts";
import { asMarkdown, furtherNumbers, surroundings, tableOf } from "./report.ts";
import type { Result } from "./result.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE = join(ROOT, "docs/performance.md");

type Mode = Result["mode"];

function pathOf(mode: Mode, ending: string): string {
  return join(ROOT, "bench/results", `${mode === "process" ? "latest" : mode}${ending}`);
}

/** The last result of its mode that was published; undefined when there is none. */
export async function findPublished(mode: Mode): Promise<Result | undefined> {
  const text = await readFile(pathOf(mode, ".json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Result);
}

/** Writes a result, its chart, and its table into the page. */
export async function publish(result: Result): Promise<void> {
  await writeFile(pathOf(result.mode, ".json"), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(pathOf(result.mode, ".svg"), chartOf(result));
  await writeFile(PAGE, withResult(await readFile(PAGE, "utf8"), result));
}

/** The page with a result in the place of the last one of its mode. A fault when the page has no such place. */
export function withResult(page: string, result: Result): string {
  const name = result.mode === "process" ? "latest" : result.mode;
  const told = [
    surroundings(result).replaceAll("\n", "  \n"),
    asMarkdown(tableOf(result)),
    `![Chart](../bench/results/${name}.svg)`,
    `<details><summary>Further numbers</summary>\n\n${asMarkdown(furtherNumbers(result))}\n\n</details>`,
  ];
  return withPart(page, { what: "bench", mode: result.mode }, told.join("\n\n"));
}
