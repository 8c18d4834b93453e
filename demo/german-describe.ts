import type { Facts } from "./classify.ts";
import { germanColour } from "./german-colours.ts";
import { germanMaterials, germanThemes } from "./german-facets.ts";
import { capitalised, indefiniteArticle, listWithAnd } from "./german-grammar.ts";
import { isNamedInPlural, plainLook } from "./german-look.ts";
import { composePhrase } from "./german-title.ts";
import { germanNoun } from "./german-words.ts";
import type { Noun } from "./german-words.ts";
import { pick } from "./seed.ts";

/** One to three plain German sentences about a product, made of the same facts as the English ones. Same input, same text. */
export function describeInGerman(product: {
  readonly title: string;
  readonly facts: Facts;
  readonly option: { readonly name: string; readonly values: readonly string[] } | undefined;
}): string {
  const { title, facts, option } = product;
  const noun = germanNoun(facts.type, facts.named?.phrase);
  const sentences = [
    openingOf({ title, noun, facts, hasColours: option?.name === "Colour" }),
    option === undefined ? contentsOf(title, facts) : choiceOf(title, facts, option),
    occasionOf(title, facts),
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function openingOf(product: {
  readonly title: string;
  readonly noun: Noun;
  readonly facts: Facts;
  readonly hasColours: boolean;
}): string {
  const { title, noun, facts, hasColours } = product;
  const own = `${noun.singular} ${noun.behind}`;
  const themes = facts.themes.flatMap((theme) => germanThemes[theme] ?? []);
  const said = themes.flatMap((theme) => (theme.said === undefined || theme.saidBy?.test(own) ? [] : [theme.said]));
  const style = said.find((words) => words.startsWith("im "));
  const pattern = said.find((words) => words.startsWith("mit "));
  const material = materialOf(title, facts, own);
  const isPlural = facts.setSize === undefined && isNamedInPlural(title, facts);
  const colours = hasColours ? [] : facts.colours.filter((value) => value !== "clear");
  const phrase = composePhrase(noun, {
    ...plainLook,
    isPlural,
    colours,
    materials: afterWord("aus ", material),
    styles: afterWord("im ", style),
    with: [...afterWord("mit ", material), ...afterWord("mit ", pattern)],
  });
  const article = isPlural || noun.plural === undefined ? "" : indefiniteArticle(noun.gender);
  const thing = article === "" ? phrase : `${article} ${phrase}`;
  const isPlain = colours.length === 0 && [material, style, pattern].every((words) => words === undefined);
  return isPlain ? plainOpening(title, thing, noun) : `${capitalised(thing)}.`;
}

function plainOpening(title: string, thing: string, noun: Noun): string {
  const asNamed = `Genau das, was der Name sagt: ${thing}.`;
  if (noun.behind !== "") return asNamed;
  const sentences = [
    `${capitalised(thing)} zum Behalten oder Verschenken.`,
    `${capitalised(thing)} für zu Hause oder als Geschenk.`,
    asNamed,
    `${capitalised(thing)} in ganz eigenem Design.`,
  ];
  return pick(sentences, title);
}

/** Things of which nobody would say that they are of paper. */
const paperThings = /karte|papier|papp|buch|heft|serviette|taschent|förmchen|spitzen|aufkleber|umschlag|einladung/i;

function materialOf(title: string, facts: Facts, own: string): string | undefined {
  if (/\bMother-of-Pearl\b/.test(title)) return "aus Perlmutt";
  if (/\bCrochet\b/.test(title) && !/häkel/i.test(own)) return "aus Häkelgarn";
  const materials = facts.materials.filter((value) => !isNotMeant(value, own));
  return materials
    .flatMap((value) => germanMaterials[value] ?? [])
    .find(({ name, said }) => said !== "" && !own.toLowerCase().includes(name.toLowerCase()))?.said;
}

function isNotMeant(material: string, own: string): boolean {
  if (material === "paper") return paperThings.test(own);
  return (material === "slate" && own.startsWith("Zaubertafel")) || (material === "velvet" && /kerze/i.test(own));
}

function afterWord(word: string, text: string | undefined): string[] {
  return text?.startsWith(word) === true ? [text.slice(word.length)] : [];
}

/** The axes of variants, in the dative plural. */
const axes: Readonly<Record<string, string>> = {
  Colour: "Farben",
  Size: "Größen",
  Scent: "Düften",
  Design: "Designs",
  Letter: "Buchstaben",
  Number: "Ziffern",
};

function choiceOf(
  title: string,
  facts: Facts,
  option: { readonly name: string; readonly values: readonly string[] },
): string {
  const axis = axes[option.name];
  if (axis === undefined) throw new Error(`german-describe.ts has no word for the option ${option.name}`);
  const count = `${option.values.length} ${axis}`;
  const isNamed = option.name === "Colour" && facts.colours.length === option.values.length && facts.colours.length < 7;
  if (isNamed) {
    const colours = listWithAnd(facts.colours.map(germanColour));
    return pick([`Erhältlich in ${colours}.`, `In ${count} erhältlich: ${colours}.`], title);
  }
  return pick([`Erhältlich in ${count}.`, `In ${count} erhältlich.`, `Zur Auswahl in ${count}.`], title);
}

function contentsOf(title: string, facts: Facts): string {
  const { setSize } = facts;
  if (setSize !== undefined && setSize > 1) {
    const isSet = /\b(?:Set|Bundle) of \d/.test(title);
    const sentences = isSet
      ? [`Im Set sind ${setSize} Stück.`, `Das Set besteht aus ${setSize} Stück.`, `${setSize} Stück im Set.`]
      : [`Die Packung enthält ${setSize} Stück.`, `${setSize} Stück in jeder Packung.`];
    return pick(sentences, title);
  }
  if (/\bAssorted\b/.test(title))
    return pick(
      [
        "Die Motive sind sortiert.",
        "Wird sortiert geliefert.",
        "Jedes Stück kann anders aussehen: Die Motive sind sortiert.",
      ],
      title,
    );
  return title.endsWith(" in Gift Box") ? "Kommt im Geschenkkarton, fertig zum Verschenken." : "";
}

const occasions: Readonly<Record<string, readonly string[]>> = {
  christmas: ["Für die Weihnachtszeit.", "Etwas für die Weihnachtskiste.", "Aus unserer Weihnachtsauswahl."],
  easter: ["Für Ostertisch und Fenster.", "Aus unserer Osterauswahl."],
  halloween: ["Für die Halloween-Nacht."],
  birthday: ["Für Geburtstage.", "Wie gemacht für den Geburtstag."],
  wedding: ["Für Hochzeiten."],
  valentine: ["Ein kleines Zeichen der Liebe.", "Für einen lieben Menschen."],
  spaceboy: ["Aus der Weltraumserie für Kinder."],
  "dolly-girl": ["Aus der Serie „Dolly Girl“."],
  "home-sweet-home": ["Aus der Serie „Home Sweet Home“."],
  pantry: ["Aus der Serie „Pantry“."],
  baby: ["Für die Kleinsten."],
  garden: ["Für den Garten und alle, die ihn lieben."],
};

function occasionOf(title: string, facts: Facts): string {
  const theme = facts.themes.find((value) => occasions[value] !== undefined);
  return theme === undefined ? "" : pick(occasions[theme] ?? [""], `${title}/occasion`);
}
