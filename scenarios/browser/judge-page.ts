import { source } from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

type Violation = { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe-core has against the page as it is now, by WCAG 2.2 AA and its own best practice; a line each. Needs scripts. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  const options = JSON.stringify({ runOnly: TAGS, resultTypes: ["violations"] });
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(`axe.run(document, ${options})`);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

/** What has jumped since the page began to load, by how much (CLS, without a unit); a line each. */
export function findShifts(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`new Promise((resolve) => {
    const shifts = [];
    const told = ({ node, previousRect: from, currentRect: to }) =>
      \`\${(node?.outerHTML ?? String(node?.nodeName)).slice(0, 120)}: \${JSON.stringify([from, to])}\`;
    const add = (entries) => {
      for (const { value, sources } of entries) shifts.push([value, ...sources.map(told)].join(" "));
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
      add(observer.takeRecords());
      resolve(shifts);
    })));
  })`);
}

/** Lets the page arrive once more, element by element, each shown before the next is there: as a slow phone may show it. */
export function arriveSlowly(page: Page): Promise<void> {
  return page.evaluate<void>(`(async () => {
    const html = await (await fetch(location.href)).text();
    const body = html.indexOf("<body");
    document.open();
    document.write(html.slice(0, body));
    while ([...document.querySelectorAll("link[rel=stylesheet]")].some(({ sheet }) => sheet === null))
      await new Promise(requestAnimationFrame);
    for (const element of html.slice(body).split(/(?=<[a-z])/)) {
      document.write(element);
      await new Promise(requestAnimationFrame);
    }
    document.close();
  })()`);
}

/** What stands out of the window sideways; a line each. */
export function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 0.5);
    return wide.map((one) => location.pathname + ": " + one.outerHTML.slice(0, 120));
  })()`);
}
