import type { WebAnswer, WebRequest } from "#platform/service";

/** What stands at `/` as long as no storefront does: what this is, where the API is told, how to buy. */
export async function showWelcome(request: WebRequest): Promise<WebAnswer> {
  return { body: page(addressOf(request)) };
}

// As the client wrote it, if it is harmless: the page shows it in commands to copy.
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

function addressOf({ headers }: WebRequest): string {
  const host = headers["host"] ?? "";
  const scheme = headers["x-forwarded-proto"] === "https" ? "https" : "http";
  return `${scheme}://${HOST.test(host) ? host : "localhost:8080"}`;
}

const STYLE = `:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#2b2a27;--soft:#5d5a52;--line:#dcd8cd;--green:#22695a;--well:#f1eee6}
@media (prefers-color-scheme:dark){:root{--paper:#161b19;--ink:#ece9e1;--soft:#aaa79d;--line:#333b38;--green:#8ecfbd;--well:#1f2623}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:clamp(2rem,9vh,6rem) 1.25rem 3rem}
h1{font:600 clamp(2rem,6vw,2.9rem)/1.15 Georgia,serif;letter-spacing:-.015em;margin:0 0 .75rem}
h2{font-size:1.05rem;margin:2.5rem 0 .5rem}p{margin:.5rem 0;max-width:38rem}.lead{font-size:1.2rem;color:var(--soft)}
a{color:var(--green);text-underline-offset:.18em}a:focus-visible{outline:3px solid var(--green);outline-offset:3px;border-radius:3px}
.ways{display:flex;flex-wrap:wrap;gap:.75rem;padding:0;margin:1.75rem 0 0;list-style:none}.ways a{display:block;padding:.6rem 1.1rem;border:1px solid var(--green);border-radius:.5rem;text-decoration:none;font-weight:600}
.ways li:first-child a{background:var(--green);color:var(--paper)}
pre{margin:.75rem 0;padding:1rem 1.1rem;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--well);border:1px solid var(--line);border-radius:.5rem;font:14px/1.75 ui-monospace,Menlo,Consolas,monospace}code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.92em}pre code{display:block;font-size:inherit;padding-left:1.5em;text-indent:-1.5em}pre code+code{margin-top:.35em}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.95rem}`;

function page(address: string): string {
  const api = `${address}/api/v1`;
  const headers = `-H "authorization: Bearer $token" -H "content-type: application/json"`;
  const commands = [
    `token=$(curl -s -X POST ${api}/guest-tokens | cut -d'"' -f4)`,
    `curl ${api}/cart/lines ${headers} -d '{"sku":"85123A","quantity":2}'`,
    `curl ${api}/quotes ${headers} -d '{"lines":[{"sku":"85123A","quantity":2}],"shipTo":{"country":"GB"},"shippingMethod":"standard"}'`,
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Tradepost</title><meta name="description" content="A commerce platform: the API of this shop."><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main><h1>This shop is open.</h1>
<p class="lead">Tradepost is a commerce platform: goods, carts, checkout, payments, stock and shipping behind one API.</p>
<ul class="ways"><li><a href="/api/docs">Read and try the API</a></li><li><a href="/api/v1/products?limit=5">See some goods</a></li><li><a href="/health">Health</a></li></ul>
<h2>Buy something with curl</h2>
<p>Become a guest, put something from the demo shop into a cart, ask what it costs to your door:</p>
<pre>${commands.map((command) => `<code>${command}</code>`).join("")}</pre>
<p>Then <a href="/api/docs#post-/api/v1/payment-tokens"><code>POST /payment-tokens</code></a> takes a card and <a href="/api/docs#post-/api/v1/checkout"><code>POST /checkout</code></a> buys, for the total you were told. <code>npm run demo</code> does it all and shows every step.</p>
<footer>A storefront takes this place; until then the shop is its API.</footer>
</main></body></html>`;
}
