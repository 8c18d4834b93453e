import type { Browser, BrowserContext, Page } from "playwright-core";

/** Widths of a small and a usual phone, a tablet, a laptop; in CSS pixels. */
export type Width = 320 | 390 | 768 | 1280;
const HEIGHTS: Readonly<Record<Width, number>> = { 320: 568, 390: 844, 768: 1_024, 1280: 800 };

export type VisitorOptions = {
  readonly width?: Width;
  readonly hasScripts?: boolean;
  readonly scheme?: "light" | "dark";
  /** Without movement, nothing is judged half-way. */
  readonly isStill?: boolean;
  /** Answers that the story provokes: Chromium tells each as a resource that failed. */
  readonly provokes?: readonly number[];
};

/** Somebody with a browser of their own: cookies, windows, and all that this browser complained about. */
export type Visitor = {
  readonly context: BrowserContext;
  /** The first window. */
  readonly page: Page;
  /** Errors of scripts, of the console and of the content security policy. */
  complaints(): readonly string[];
};

export async function openVisitor(browser: Browser, url: string, options: VisitorOptions): Promise<Visitor> {
  const { width = 1280, hasScripts = true, scheme = "light", isStill = false, provokes = [] } = options;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: HEIGHTS[width] },
    javaScriptEnabled: hasScripts,
    colorScheme: scheme,
    reducedMotion: isStill ? "reduce" : "no-preference",
    locale: "en-GB",
  });
  context.setDefaultTimeout(20_000); // a hang
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" && !isProvoked(message.text(), provokes))
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => {
    const text = String(error.error());
    if (!isOfTheBrowser(text)) complaints.push(text);
  });
  return { context, page: await context.newPage(), complaints: () => complaints };
}

function isProvoked(text: string, provokes: readonly number[]): boolean {
  const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(text)?.[1];
  return status !== undefined && provokes.includes(Number(status));
}

/** A transition that ends because the next page has none, such as the bank's, or comes too soon: no script of ours began it. */
function isOfTheBrowser(text: string): boolean {
  return /ViewTransition|Transition was (aborted|skipped)/i.test(text);
}
