import { textSetting, type Setting } from "#platform/config";

export const originCountry: Setting<string> = {
  ...textSetting("SHIPPING_ORIGIN_COUNTRY", {
    defaultValue: "GB",
    doc: "Country that parcels leave from; the end of the tracking codes made here.",
  }),
  accepts: "ISO 3166-1 alpha-2 code",
  parse: (text) => {
    if (!/^[A-Z]{2}$/.test(text)) throw new Error("must be two capital letters (ISO 3166-1 alpha-2)");
    return text;
  },
};
