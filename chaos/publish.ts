import { readFile, writeFile } from "node:fs/promises";
import { rowsOf, type Report } from "./report.ts";

/** Writes a report into a page, in the place of the last one of its mode: between `<!-- chaos:process -->` and its end. A fault when
 *  the page has no such place. */
export async function publish(path: string, report: Report): Promise<void> {
  await writeFile(path, withReport(await readFile(path, "utf8"), report));
}

export function withReport(page: string, report: Report): string {
  const rows = rowsOf(report).map(([name, value]) => `| ${name} | ${value} |`);
  return withPart(page, { what: "chaos", mode: report.mode }, ["| | |", "|---|---|", ...rows].join("\n"));
}

/** The page with `text` between `<!-- what:mode -->` and its end. A fault when it has no such place. */
export function withPart(
  page: string,
  { what, mode }: { readonly what: string; readonly mode: string },
  text: string,
): string {
  const [begin, end] = [`<!-- ${what}:${mode} -->`, `<!-- /${what}:${mode} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no place for a run of mode ${mode}: ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
