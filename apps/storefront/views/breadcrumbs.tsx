import type { Frame, Link } from "../frame.ts";
import type { Texts } from "../texts.ts";

type Props = { readonly crumbs: readonly Link[]; readonly here: string; readonly texts: Texts };

export function Breadcrumbs({ crumbs, here, texts }: Props) {
  return (
    <nav class="crumbs" aria-label={texts.breadcrumbs}>
      <ol>
        {crumbs.map(({ href, text }) => (
          <li>
            <a href={href}>{text}</a>
          </li>
        ))}
        <li aria-current="page">{here}</li>
      </ol>
    </nav>
  );
}

/** https://schema.org/BreadcrumbList */
export function breadcrumbFacts(frame: Frame, crumbs: readonly Link[], here: string): object {
  const items = [
    ...crumbs.map(({ href, text }) => ({ text, url: frame.origin + href })),
    { text: here, url: frame.canonical },
  ];
  return {
    "@context": "https://schema.org",
    "@type": "BreadcrumbList",
    itemListElement: items.map(({ text, url }, index) => ({
      "@type": "ListItem",
      position: index + 1,
      name: text,
      item: url,
    })),
  };
}
