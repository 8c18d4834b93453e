import type { Sample } from "../sample.ts";
import { importProducts } from "./import.ts";
import { openInside, type Inside } from "./open-inside.ts";
import { replay } from "./replay.ts";
import { fillShelves, reserve, type Shelf } from "./reserve.ts";

/** Measures services from within, without HTTP, in a process and with a PostgreSQL of its own: on the data folder it is given, or on a
 *  new one. */
export type AskedInside =
  | { readonly asks: "reserve"; readonly shelf: Shelf; readonly seconds: number }
  | { readonly asks: "replay"; readonly events: number }
  | { readonly asks: "import" }
  | { readonly asks: "stop" };

let opening: Promise<Inside> | undefined;

process.on("message", (asked: AskedInside) => {
  void run(asked)
    .catch((error: unknown) => ({ fault: (error as Error).stack ?? String(error) }))
    .then((told) => process.send!(told));
});
process.once("disconnect", () => void stop().then(() => process.exit()));

async function run(asked: AskedInside): Promise<Sample> {
  if (asked.asks === "stop") return stop();
  const inside = await (opening ??= open());
  switch (asked.asks) {
    case "reserve":
      return reserve(inside, asked.shelf, asked.seconds);
    case "replay":
      return replay(inside, asked.events);
    case "import":
      return importProducts(inside);
  }
}

async function open(): Promise<Inside> {
  const inside = await openInside(["catalog", "inventory"], process.argv[2]);
  await fillShelves(inside);
  return inside;
}

async function stop(): Promise<Sample> {
  await (await opening)?.stop();
  opening = undefined;
  return {};
}
