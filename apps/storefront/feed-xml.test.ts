import { expect, test } from "vitest";
import { feedHead, feedItem, type FeedItem } from "./feed-xml.ts";

const mug: FeedItem = {
  id: "MUG-RED",
  group: undefined,
  title: "Mug <red> & white",
  description: "",
  link: "https://shop.example/products/mug",
  images: ["https://shop.example/a.jpg", "https://shop.example/b.jpg"],
  price: { amountMinor: 5, currency: "GBP" },
  isInStock: true,
  type: ["Kitchen", "Mugs & cups"],
};

test("an item has what merchants' feeds must have", () => {
  expect(feedItem(mug)).toBe(
    "<item><g:id>MUG-RED</g:id><title>Mug &lt;red&gt; &amp; white</title>" +
      "<description>Mug &lt;red&gt; &amp; white</description><link>https://shop.example/products/mug</link>" +
      "<g:image_link>https://shop.example/a.jpg</g:image_link>" +
      "<g:additional_image_link>https://shop.example/b.jpg</g:additional_image_link>" +
      "<g:price>0.05 GBP</g:price><g:availability>in_stock</g:availability><g:condition>new</g:condition>" +
      "<g:identifier_exists>no</g:identifier_exists><g:product_type>Kitchen &gt; Mugs &amp; cups</g:product_type></item>\n",
  );
});

test("a variant tells its group, and that it is sold out", () => {
  const xml = feedItem({ ...mug, group: "0199", isInStock: false, price: { amountMinor: 500, currency: "JPY" } });
  expect(xml).toContain("<g:item_group_id>0199</g:item_group_id>");
  expect(xml).toContain("<g:availability>out_of_stock</g:availability>");
  expect(xml).toContain("<g:price>500 JPY</g:price>");
});

test("a long title ends after 150 letters, and none is halved", () => {
  const xml = feedItem({ ...mug, title: "🎈".repeat(200) });
  expect(xml).toContain(`<title>${"🎈".repeat(150)}</title>`);
});

test("the head names the next file only where there is one", () => {
  const head = {
    title: "Shop",
    description: "",
    link: "https://shop.example/",
    self: "https://shop.example/feeds/gb-en.xml",
  };
  expect(feedHead({ ...head, next: undefined })).not.toContain(`rel="next"`);
  expect(feedHead({ ...head, next: "https://shop.example/feeds/gb-en.2.xml" })).toContain(
    `<atom:link rel="next" type="application/rss+xml" href="https://shop.example/feeds/gb-en.2.xml"/>`,
  );
});
