import { styleText } from "node:util";

/** Prints the lines of many processes as one log, each with the time and its member's name in a colour of its own; JSON lines of
 *  our own log are told in words. Without colours where `isColoured` is false. */
export function mergedLog(options: {
  readonly names: readonly string[];
  readonly isColoured: boolean;
  write(text: string): void;
}): (name: string, line: string) => void {
  const { names, isColoured, write } = options;
  const width = Math.max(...names.map((name) => name.length));
  const paint = (style: Style, text: string) => (isColoured ? styleText(style, text, { validateStream: false }) : text);
  return (name, line) => {
    const colour = COLOURS[names.indexOf(name) % COLOURS.length] ?? "white";
    const told = readLogLine(line);
    const time = (told?.time ?? new Date().toISOString()).slice(11, 23);
    const head = `${paint("gray", time)} ${paint(colour, name.padEnd(width))}`;
    if (told === undefined) return write(`${head} ${line}\n`);
    const [word, style] = LEVELS[told.level] ?? ["info ", "white"];
    write(`${head} ${paint(style, word)} ${told.message}${paint("gray", told.facts)}\n`);
  };
}

type Style = Parameters<typeof styleText>[0] & string;

const COLOURS: readonly Style[] = ["cyan", "magenta", "blue", "green", "yellow", "cyanBright", "magentaBright", "blueBright", "greenBright", "yellowBright"]; // prettier-ignore
const LEVELS: Readonly<Record<number, readonly [string, Style]>> = {
  20: ["debug", "gray"],
  30: ["info ", "white"],
  40: ["warn ", "yellow"],
  50: ["error", "red"],
};

type Told = { readonly time: string; readonly level: number; readonly message: string; readonly facts: string };

/** A line of our own log; undefined for any other. */
function readLogLine(line: string): Told | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { level, time, msg, service: _, ...facts } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level !== "number" || typeof time !== "string" || typeof msg !== "string") return undefined;
    const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${shownValue(value)}`);
    return { time, level, message: msg, facts: shown.join("") };
  } catch {
    return undefined;
  }
}

/** Of an error its message and those of its causes; anything else as JSON. */
function shownValue(value: unknown): string {
  if (typeof value !== "object" || value === null || !("message" in value)) return JSON.stringify(value);
  const { message, cause } = value as { message: unknown; cause?: unknown };
  return cause === undefined ? JSON.stringify(message) : `${JSON.stringify(message)} ← ${shownValue(cause)}`;
}
