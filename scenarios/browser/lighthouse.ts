import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import lighthouse, { type Result } from "lighthouse";
import { chromium } from "playwright-core";
import { describeMachine } from "../../bench/machine.ts";
import { withDemoShop } from "./demo-shop.ts";
import { CART_NOTE, CRAWLABLE, documentOf, lineOf, missedDemands, readRun, tableOf } from "./lighthouse-report.ts";
import type { PageRuns, Run } from "./lighthouse-report.ts";
import { openDebuggedBrowser } from "./open-browser.ts";
import { addToCart } from "./purchase-steps.ts";
import { openVisitor } from "./visitor.ts";

/** `npm run lighthouse`: measures the demo shop as on a phone. Ends with 1 when a page is not what is demanded of it. */
const USAGE = `npm run lighthouse -- [--runs 5] [--page home|category|product|cart]
  With neither it writes docs/storefront/lighthouse.md.`;
const ROOT = join(import.meta.dirname, "../..");
const DOCUMENT = join(ROOT, "docs/storefront/lighthouse.md");
/** Lighthouse's own report of each run, to be read in a browser. */
const REPORTS = join(ROOT, ".data/lighthouse");
const GOODS = "classical-rose-table-lamp";

type Page = { readonly name: string; readonly path: string; readonly hasCart?: boolean };
const PAGES: readonly Page[] = [
  { name: "home", path: "/" },
  { name: "category", path: "/categories/home-lighting" },
  { name: "product", path: `/products/${GOODS}` },
  { name: "cart", path: "/cart", hasCart: true },
];

type Options = { readonly pages: readonly Page[]; readonly runs: number; readonly writes: boolean };
type FullRun = Run & { readonly lighthouse: string; readonly chromium: string };

process.exitCode = (await measure(readOptions())) ? 0 : 1;

function readOptions(): Options {
  const { values } = parseArgs({ options: { runs: { type: "string" }, page: { type: "string" } } });
  const runs = Number(values.runs ?? 5);
  const pages = PAGES.filter(({ name }) => name === (values.page ?? name));
  if (!Number.isInteger(runs) || runs < 1 || pages.length === 0) throw new Error(USAGE);
  return { pages, runs, writes: values.runs === undefined && values.page === undefined };
}

/** False when a demand is missed. */
async function measure({ pages, runs, writes }: Options): Promise<boolean> {
  console.log("Filling the demo shop");
  const measured = await withDemoShop((url) => measureRounds(url, pages, runs));
  if (writes) await writeFile(DOCUMENT, describe(measured));
  const missed = missedDemands(measured);
  console.log(`\n${tableOf(measured)}\n\n${CART_NOTE}\n\nLighthouse's reports: ${REPORTS}\n`);
  console.log(missed.length === 0 ? "All demands are met." : missed.map((line) => `MISSED  ${line}`).join("\n"));
  return missed.length === 0;
}

/** The rounds are the outer loop, so that whatever the machine does meanwhile meets every page. */
async function measureRounds(url: string, pages: readonly Page[], rounds: number) {
  await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS, { recursive: true });
  const measured = pages.map((page) => ({ page: page.name, runs: [] as FullRun[] }));
  for (let round = 1; round <= rounds; round++)
    for (const [index, page] of pages.entries()) {
      const run = await measureOnce(url, page, `${page.name}-${round}.html`);
      measured[index]!.runs.push(run);
      console.log(`run ${round} of ${rounds}  ${page.name.padEnd(8)}  ${lineOf(run)}`);
    }
  return measured;
}

async function measureOnce(url: string, { path, hasCart = false }: Page, name: string): Promise<FullRun> {
  const { port, close } = await openDebuggedBrowser();
  try {
    if (hasCart) await giveCart(port, url);
    const { lhr, report } = (await lighthouse(url + path, {
      port,
      output: "html",
      logLevel: "error",
      disableStorageReset: true, // there is nothing in a fresh browser but the cookies of the cart
      skipAudits: hasCart ? [CRAWLABLE] : null,
    }))!;
    await writeFile(join(REPORTS, name), String(report));
    checkThatItWorked(lhr);
    const version = /Chrome\/([\d.]+)/.exec(lhr.environment.hostUserAgent)![1]!;
    return { ...readRun(lhr), lighthouse: lhr.lighthouseVersion, chromium: version };
  } finally {
    close();
  }
}

/** Puts something into a cart as a shopper does. The windows that Lighthouse opens get the shopper's cookies, and nothing of what that browser
 *  has kept. */
async function giveCart(port: number, url: string): Promise<void> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const { context, page } = await openVisitor(browser, url, { width: 390 });
  await addToCart(page, GOODS);
  await browser.contexts()[0]!.addCookies(await context.cookies());
  await context.close();
  await browser.close(); // lets go of it
}

function checkThatItWorked({ runtimeError, runWarnings, requestedUrl, finalDisplayedUrl }: Result): void {
  if (runtimeError !== undefined) throw new Error(`${requestedUrl} was not measured: ${runtimeError.message}`);
  if (requestedUrl !== finalDisplayedUrl) throw new Error(`${requestedUrl} led to ${finalDisplayedUrl}`);
  for (const warning of runWarnings) console.warn(warning);
}

function describe(measured: readonly (PageRuns & { readonly runs: readonly FullRun[] })[]): string {
  const { lighthouse: version, chromium: browser } = measured[0]!.runs[0]!;
  const { cpu, cores, memoryGib, node } = describeMachine();
  return documentOf(measured, {
    machine: `${cpu}, ${cores} cores, ${memoryGib} GiB, Node ${node}`,
    lighthouse: version,
    chromium: browser,
    date: new Date().toISOString().slice(0, 10),
  });
}
