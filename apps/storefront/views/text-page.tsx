import type { Frame } from "../frame.ts";
import { Layout } from "./layout.tsx";

export type TextModel = {
  readonly frame: Frame;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** A way on, where the page is no aim by itself. */
  readonly action?: { readonly href: string; readonly text: string };
  readonly isListed?: boolean;
};

export function TextPage({ frame, title, paragraphs, action, isListed = true }: TextModel) {
  return (
    <Layout frame={frame} head={{ title, description: paragraphs[0], isListed }}>
      <article class="text">
        <h1>{title}</h1>
        {paragraphs.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
        {action !== undefined && (
          <p>
            <a class="button" href={action.href}>
              {action.text}
            </a>
          </p>
        )}
      </article>
    </Layout>
  );
}
