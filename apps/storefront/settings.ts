import { textSetting } from "#platform/config";

export const featuredCategory = textSetting("STOREFRONT_FEATURED_CATEGORY", {
  doc: "Path of the category whose goods stand on the start page; the newest of all where there is no such category.",
  defaultValue: "best-sellers",
});

export const cookieKey = textSetting("STOREFRONT_COOKIE_KEY", {
  doc: "Encrypts what a browser keeps of a checkout. The same for every replica. Made at the first start when not set.",
  defaultValue: "",
  isSecret: true,
});
