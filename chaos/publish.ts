import { readFile, writeFile } from "node:fs/promises";
import { rowsOf, type Report } from "./report.ts";

/** Writes a report into a page, in the place of the last one of its mode: between `<!-- chaos:process -->` and its end. A fault when
 *  the page has no such place. */
export async function publish(path: string, report: Report): Promise<void> {
  await writeFile(path, withReport(await readFile(path, "utf8"), report));
}

export function withReport(page: string, report: Report): string {
  const [begin, end] = [`<!-- chaos:${report.mode} -->`, `<!-- /chaos:${report.mode} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The page has no place for a run of mode ${report.mode}: ${begin} … ${end}`);
  const rows = rowsOf(report).map(([name, value]) => `| ${name} | ${value} |`);
  const table = ["", "", "| | |", "|---|---|", ...rows, "", ""].join("\n");
  return page.slice(0, from + begin.length) + table + page.slice(to);
}
