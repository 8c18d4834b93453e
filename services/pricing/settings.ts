import { choiceSetting } from "#platform/config";

export const taxRounding = choiceSetting("PRICING_TAX_ROUNDING", {
  choices: ["line", "total"],
  defaultValue: "line",
  doc: "When a tax is rounded (half to even) in markets that do not say it themselves: per line, or once per rate over the whole order.",
});
