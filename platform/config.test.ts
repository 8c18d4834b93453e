import { describe, expect, test } from "vitest";
import { choiceSetting, integerSetting, optionalSetting, Settings, textSetting, type Setting } from "./config.ts";
import { processSettings } from "./process-settings.ts";
import { StartupProblem } from "./startup-problem.ts";

const doc = "For the test.";
const port = integerSetting("PORT", { doc, defaultValue: 8080, minimum: 1, maximum: 65_535 });
const retries = integerSetting("RETRIES", { doc, defaultValue: 3 });
const name = textSetting("SHOP_NAME", { doc, defaultValue: "Tradepost" });
const url = optionalSetting("SMTP_URL", { doc });
const capture = choiceSetting("CAPTURE", { doc, choices: ["confirm", "dispatch"], defaultValue: "confirm" });
const kinds: readonly Setting<unknown>[] = [port, retries, name, url, capture];

function read<Value>(setting: Setting<Value>, text: string): Value {
  return new Settings({ [setting.name]: text }).get(setting);
}

describe("a setting", () => {
  test.each(kinds.map((kind) => [kind.name, kind] as const))("%s has its default when nothing is told", (_, kind) => {
    expect(new Settings({}).get(kind)).toBe(kind.defaultValue);
    expect(new Settings({ [kind.name]: undefined }).get(kind)).toBe(kind.defaultValue);
  });

  test("of host names is a list of them, without ports", () => {
    const { operatorHosts } = processSettings;
    expect(new Settings({}).get(operatorHosts)).toEqual([]);
    expect(read(operatorHosts, "")).toEqual([]);
    expect(read(operatorHosts, "Desk.example, tradepost-ops")).toEqual(["desk.example", "tradepost-ops"]);
    for (const wrong of ["desk.example:8081", "http://desk.example", "*", "a b"])
      expect(() => read(operatorHosts, wrong)).toThrow(/OPS_ALLOWED_HOSTS.*must be host names without ports/);
  });

  test("of the shop's address is an origin", () => {
    const { publicUrl } = processSettings;
    expect(read(publicUrl, "https://Shop.example/")).toBe("https://shop.example");
    expect(read(publicUrl, "http://localhost:8080")).toBe("http://localhost:8080");
    for (const wrong of [
      "",
      "shop.example",
      "ftp://shop.example",
      "https://shop.example/shop",
      "https://me@shop.example",
    ])
      expect(() => read(publicUrl, wrong)).toThrow(/PUBLIC_URL.*must be an http\(s\) address without a path/);
  });

  test("is read as what it is", () => {
    expect(read(port, "443")).toBe(443);
    expect(read(retries, "0")).toBe(0);
    expect(read(name, "")).toBe("");
    expect(read(url, "smtp://mail")).toBe("smtp://mail");
    expect(read(url, "")).toBeUndefined();
    expect(read(capture, "dispatch")).toBe("dispatch");
  });

  test.each([
    [port, "0", 'Setting PORT: "0" must be a whole number 1–65535.'],
    [port, "65536", 'Setting PORT: "65536" must be a whole number 1–65535.'],
    [port, "http", 'Setting PORT: "http" must be a whole number 1–65535.'],
    [port, "", 'Setting PORT: "" must be a whole number 1–65535.'],
    [retries, "1.5", 'Setting RETRIES: "1.5" must be a whole number ≥ 0.'],
    [retries, "-1", 'Setting RETRIES: "-1" must be a whole number ≥ 0.'],
    [retries, "1e400", 'Setting RETRIES: "1e400" must be a whole number ≥ 0.'],
    [capture, "never", 'Setting CAPTURE: "never" must be one of confirm | dispatch.'],
    [capture, "", 'Setting CAPTURE: "" must be one of confirm | dispatch.'],
  ] as const)("says in one plain sentence what is wrong (%o)", (setting: Setting<unknown>, text, sentence) => {
    expect(() => read(setting, text)).toThrow(new StartupProblem(sentence));
  });

  test("that is a secret is not shown when it is wrong", () => {
    const parse = () => {
      throw new Error("must be a JWK");
    };
    const secret: Setting<string> = {
      name: "SIGNING_KEY",
      doc,
      defaultValue: "",
      isSecret: true,
      accepts: "JWK",
      parse,
    };
    expect(() => read(secret, "hunter2")).toThrow(new StartupProblem("Setting SIGNING_KEY: its value must be a JWK."));
  });

  test("is read once: what a process runs with does not change under it", () => {
    const environment: Record<string, string> = { RETRIES: "5" };
    const settings = new Settings(environment);
    expect(settings.get(retries)).toBe(5);
    environment["RETRIES"] = "6";
    expect(settings.get(retries)).toBe(5);
  });

  test("of the process accepts its own default", () => {
    for (const setting of Object.values(processSettings) as Setting<unknown>[])
      if (setting.defaultValue !== undefined)
        expect(setting.parse(String(setting.defaultValue))).toEqual(setting.defaultValue);
  });
});
