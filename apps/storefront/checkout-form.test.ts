import { describe, expect, it } from "vitest";
import { readCard, readContact } from "./checkout-form.ts";

const typed = {
  email: " ada@example.com ",
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  line2: "",
  city: "London",
  region: "",
  postcode: "SW1Y 4JH",
  country: "GB",
};
const countries = ["GB", "IE"];

describe("an address", () => {
  it("is taken without its blanks and empty fields", () => {
    const { line2: _line2, region: _region, email: _email, ...address } = typed;
    expect(readContact(typed, countries)).toEqual({ email: "ada@example.com", address });
  });

  it.each([
    ["email", "", "required"],
    ["email", "ada", "email"],
    ["email", "ada@example", "email"],
    ["name", "   ", "required"],
    ["name", "x".repeat(101), "too_long"],
    ["line1", "", "required"],
    ["city", "", "required"],
    ["postcode", "", "postcode"],
    ["country", "XX", "country"],
    ["country", "", "required"],
  ])("with %s = %j is refused at that field: %s", (field, value, problem) => {
    expect(readContact({ ...typed, [field]: value }, countries)).toEqual({ problems: { [field]: problem } });
  });

  it("has at most as many bytes of e-mail address as mail servers take", () => {
    const letters = (count: number) => `${"ü".repeat(count)}@example.com`;
    expect(readContact({ ...typed, email: letters(121) }, countries)).not.toHaveProperty("problems");
    expect(readContact({ ...typed, email: letters(122) }, countries)).toEqual({ problems: { email: "too_long" } });
  });

  it("is taken without line ends and other signs for machines", () => {
    const { address } = readContact({ ...typed, name: "Ada\r\nLovelace\u0000 \ud800" }, countries) as never as {
      address: { name: string };
    };
    expect(address.name).toBe("Ada Lovelace  \ufffd");
  });

  it("names every field that is wrong at once", () => {
    expect(readContact({}, countries)).toEqual({
      problems: {
        email: "required",
        name: "required",
        line1: "required",
        city: "required",
        country: "required",
        postcode: "postcode",
      },
    });
  });

  it("needs no postcode where there are none", () => {
    expect(readContact({ ...typed, country: "IE", postcode: "" }, countries)).not.toHaveProperty("problems");
  });
});

describe("a card", () => {
  const card = { number: "4242 4242 4242 4242", expiry: "12/30", cvc: "123" };
  it.each([["12/30"], ["12 / 2030"], ["12-30"]])("is valid until %s", (expiry) => {
    expect(readCard({ ...card, expiry })).toEqual({
      card: { number: card.number, expiryMonth: 12, expiryYear: 2030, cvc: "123" },
    });
  });

  it.each([
    ["number", "", "required"],
    ["number", "4242", "card"],
    ["number", "abcd efgh ijkl mnop", "card"],
    ["expiry", "13/30", "expiry"],
    ["expiry", "0/30", "expiry"],
    ["expiry", "soon", "expiry"],
    ["cvc", "", "required"],
    ["cvc", "12", "cvc"],
  ])("with %s = %j is refused at that field: %s", (field, value, problem) => {
    expect(readCard({ ...card, [field]: value })).toEqual({ problems: { [field]: problem } });
  });
});
