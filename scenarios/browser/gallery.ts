import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { withDemoShop } from "./demo-shop.ts";
import { openBrowser } from "./open-browser.ts";
import { openVisitor, type Width } from "./visitor.ts";
import { walkPages } from "./walk-pages.ts";

/** `npm run gallery`: pictures of every page of the demo shop into docs/storefront/, beside a README that shows them. */
const TO = join(import.meta.dirname, "../../docs/storefront");
const PLAIN = "classical-rose-table-lamp";
const WIDTHS: readonly Width[] = [390, 1280];
const IN_DARK = ["/", `/products/${PLAIN}`] as const;
const LONGEST_PX = 2_400;
const LARGEST_BYTES = 150_000;

await withDemoShop(async (url) => {
  await removePictures();
  const browser = await openBrowser();
  const names = await drawAll(browser, url);
  await browser.close();
  await writeFile(join(TO, "README.md"), readme(names));
});

/** Those of pages that are no more, too; what else is in the folder stays. */
async function removePictures(): Promise<void> {
  await mkdir(TO, { recursive: true });
  const pictures = (await readdir(TO)).filter((name) => name.endsWith(".jpg"));
  await Promise.all(pictures.map((name) => rm(join(TO, name))));
}

/** Answers the names of the pages in the order of a purchase. */
async function drawAll(browser: Browser, url: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const width of WIDTHS) {
    const { page, context } = await openVisitor(browser, url, { width, isStill: true });
    await walkPages(page, PLAIN, async (name) => {
      names.add(name);
      await draw(page, `${name}-${width}`);
    });
    await context.close();
    const dark = await openVisitor(browser, url, { width, isStill: true, scheme: "dark" });
    for (const [index, path] of IN_DARK.entries()) {
      await dark.page.goto(path);
      await draw(dark.page, `${["home", "product"][index]}-dark-${width}`);
    }
    await dark.context.close();
  }
  return [...names, "home-dark", "product-dark"];
}

/** The page from its top, as small as it has to be. */
async function draw(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  const { width, height } = page.viewportSize()!;
  const whole = await page.evaluate<number>("document.documentElement.scrollHeight");
  const isDialog = (await page.getByRole("dialog").count()) > 0;
  await page.setViewportSize({ width, height: isDialog ? height : Math.min(whole, LONGEST_PX) });
  await page.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))");
  // A page of many pictures is drawn more coarsely.
  for (const quality of [80, 70, 60, 50, 40]) {
    const bytes = await page.screenshot({ type: "jpeg", quality, animations: "disabled" });
    if (bytes.length > LARGEST_BYTES && quality > 40) continue;
    await writeFile(join(TO, `${name}.jpg`), bytes);
    break;
  }
  await page.setViewportSize({ width, height });
}

function readme(names: readonly string[]): string {
  const cell = (name: string, width: Width, shown: number) =>
    `<img src="${name}-${width}.jpg" alt="${name.replaceAll("-", " ")}, ${width} pixels wide" width="${shown}">`;
  const row = (name: string) => `| ${name.replaceAll("-", " ")} | ${cell(name, 390, 180)} | ${cell(name, 1280, 480)} |`;
  return `# The storefront in pictures

Every page of the demo shop, in the order of a purchase, on a phone and on a laptop. \`npm run gallery\` draws them anew.
How fast and how sound they are on a phone: [lighthouse.md](lighthouse.md).

| page | 390 pixels | 1280 pixels |
|---|---|---|
${names.map(row).join("\n")}
`;
}
