import type { ComponentChildren } from "preact";
import type { Frame } from "../frame.ts";

export type Head = {
  readonly title: string;
  readonly description?: string | undefined;
  /** What it is to those who share it: https://ogp.me */
  readonly type?: "website" | "product";
  /** For shared links: from the root, 1200 × 630 pixels of a photograph, whatever it was. */
  readonly image?: { readonly src: string; readonly alt: string } | undefined;
  /** schema.org, as JSON-LD. */
  readonly facts?: readonly object[] | undefined;
  /** False keeps search engines from listing the page. */
  readonly isListed?: boolean;
};

type Props = { readonly frame: Frame; readonly head: Head; readonly children?: ComponentChildren };

export function Layout({ frame, head, children }: Props) {
  const { texts, place, shopName, stylesheet, script } = frame;
  const { title, description, type = "website", isListed = true } = head;
  const hasDescription = description !== undefined && description !== "";
  const twins = isListed ? frame.places.filter(({ isTwin }) => isTwin) : [];
  const home = twins.find(({ code }) => code === "");
  return (
    <html lang={place.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === shopName ? title : `${title} · ${shopName}`}</title>
        {hasDescription && <meta name="description" content={description} />}
        {!isListed && <meta name="robots" content="noindex" />}
        {isListed && <link rel="canonical" href={frame.canonical} />}
        {twins.map(({ href, hreflang }) => (
          <link rel="alternate" hreflang={hreflang} href={frame.origin + href} />
        ))}
        {home !== undefined && <link rel="alternate" hreflang="x-default" href={frame.origin + home.href} />}
        <meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#161b19" media="(prefers-color-scheme: dark)" />
        <meta property="og:type" content={type} />
        {isListed && <meta property="og:url" content={frame.canonical} />}
        <meta property="og:locale" content={frame.ogLocale} />
        <meta property="og:title" content={title} />
        <meta property="og:site_name" content={shopName} />
        {hasDescription && <meta property="og:description" content={description} />}
        {head.image !== undefined && <ShareImage src={frame.origin + head.image.src} alt={head.image.alt} />}
        <link rel="manifest" href={frame.href("/manifest.webmanifest")} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="apple-touch-icon" href={frame.touchIcon} />
        <link rel="stylesheet" href={stylesheet} />
        <script type="module" src={script}></script>
        {head.facts?.map((fact) => (
          <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: jsonForHtml(fact) }}></script>
        ))}
      </head>
      <body data-offline={frame.href("/offline")}>
        <a class="skip" href="#content">
          {texts.skipToContent}
        </a>
        <Header frame={frame} />
        <main id="content" tabindex={-1}>
          {children}
        </main>
        <Footer frame={frame} />
        <Announcer />
        <dialog id="cart-drawer" class="drawer" aria-label={texts.cartTitle}>
          <div data-drawer></div>
          <Announcer />
        </dialog>
      </body>
    </html>
  );
}

/** Where scripts say what has changed: it is there before, and no swap of a part takes it away. */
function Announcer() {
  return <p class="unseen" role="status" data-announcer></p>;
}

function ShareImage({ src, alt }: { readonly src: string; readonly alt: string }) {
  return (
    <>
      <meta property="og:image" content={src} />
      <meta property="og:image:width" content="1200" />
      <meta property="og:image:height" content="630" />
      <meta property="og:image:alt" content={alt} />
      <meta name="twitter:card" content="summary_large_image" />
    </>
  );
}

/** Inside a script element, `</script>` and `<!--` would end or open something. */
function jsonForHtml(fact: object): string {
  return JSON.stringify(fact).replaceAll("<", String.raw`\u003c`);
}

function Header({ frame }: { readonly frame: Frame }) {
  const { texts, href } = frame;
  return (
    <header class="top">
      <div class="top-line">
        <details class="menu">
          <summary>
            <span>{texts.menu}</span>
          </summary>
          <CategoryLinks frame={frame} label={texts.menu} />
        </details>
        <a class="name" href={href("/")}>
          {frame.shopName}
        </a>
        {/* The search form goes here, into the area `search`, and the link to the account into `account`: styles.css keeps room for both. */}
        <a class="cart-link" href={href("/cart")} data-cart-link>
          <CartIcon />
          <span>{texts.cart}</span>
          <span class="cart-count" data-cart-count hidden></span>
        </a>
      </div>
      <div class="wide-nav">
        <CategoryLinks frame={frame} label={texts.menu} />
      </div>
    </header>
  );
}

function CategoryLinks({ frame, label }: { readonly frame: Frame; readonly label: string }) {
  return (
    <nav aria-label={label}>
      <ul>
        {frame.categories.map(({ href, text }) => (
          <li>
            <a href={href}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function CartIcon() {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      aria-hidden="true"
    >
      <path d="M6 8h12l1.2 11a1.5 1.5 0 0 1-1.5 1.7H6.3A1.5 1.5 0 0 1 4.8 19z" />
      <path d="M9 10V6.5a3 3 0 0 1 6 0V10" />
    </svg>
  );
}

function Footer({ frame }: { readonly frame: Frame }) {
  const { texts, href } = frame;
  return (
    <footer class="foot">
      <div class="foot-columns">
        <nav aria-label={texts.footer.help}>
          <h2>{texts.footer.help}</h2>
          <ul>
            {(["delivery", "privacy", "terms", "about"] as const).map((page) => (
              <li>
                <a href={href(`/pages/${page}`)}>{texts.pages[page].title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <nav aria-label={texts.changePlace}>
          <h2>{texts.changePlace}</h2>
          <ul>
            {frame.places.map((place) => (
              <li>
                <a href={place.href} hreflang={place.hreflang} aria-current={place.isHere ? "true" : undefined}>
                  {place.text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      {/* The last line of every page: styles.css shows the footer once it is there. */}
      <p class="note">{texts.footer.note}</p>
    </footer>
  );
}
