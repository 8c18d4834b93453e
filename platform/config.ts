import { StartupProblem } from "./startup-problem.ts";

/** One setting of a service or of the platform: declared once, read through `ctx.setting`, listed in docs/settings.md. */
export type Setting<Value> = {
  readonly name: string;
  readonly doc: string;
  readonly unit?: string;
  readonly defaultValue: Value;
  /** Never printed. */
  readonly isSecret?: boolean;
  /** Text of the accepted values, for the docs: `confirm | dispatch`, `whole number ≥ 0`. */
  readonly accepts: string;
  /** Throws a plain sentence when the text is not acceptable. */
  parse(text: string): Value;
};

type Told = { readonly doc: string; readonly unit?: string };

export function textSetting(name: string, told: Told & { defaultValue: string; isSecret?: boolean }): Setting<string> {
  return { name, accepts: "text", parse: (text) => text, ...told };
}

export function optionalSetting(name: string, told: Told & { isSecret?: boolean }): Setting<string | undefined> {
  return {
    name,
    accepts: "text, or nothing",
    parse: (text) => (text === "" ? undefined : text),
    defaultValue: undefined,
    ...told,
  };
}

export function integerSetting(
  name: string,
  told: Told & { defaultValue: number; minimum?: number; maximum?: number },
): Setting<number> {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, ...rest } = told;
  const accepts =
    maximum === Number.MAX_SAFE_INTEGER ? `whole number ≥ ${minimum}` : `whole number ${minimum}–${maximum}`;
  const parse = (text: string) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < minimum || value > maximum)
      throw new Error(`must be a ${accepts}`);
    return value;
  };
  return { name, accepts, parse, ...rest };
}

export function choiceSetting<const Choice extends string>(
  name: string,
  told: Told & { choices: readonly Choice[]; defaultValue: NoInfer<Choice> },
): Setting<Choice> {
  const { choices, ...rest } = told;
  const accepts = choices.join(" | ");
  const parse = (text: string) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new Error(`must be one of ${accepts}`);
    return choice;
  };
  return { name, accepts, parse, ...rest };
}

/** The settings of this process, read from its environment once. */
export class Settings {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #values = new Map<string, unknown>();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** The environment over `generated` values (keys made at the first start). */
  static fromEnvironment(generated: Readonly<Record<string, string>> = {}): Settings {
    return new Settings({ ...generated, ...process.env });
  }

  /** What was told under a name, unparsed: for a process that is started with the same. */
  text(name: string): string | undefined {
    return this.#environment[name];
  }

  /** The names of those settings that were not told. */
  untold(declared: readonly Setting<any>[]): readonly string[] {
    return declared.map(({ name }) => name).filter((name) => this.#environment[name] === undefined);
  }

  /** The parsed value. Throws one plain sentence that names the setting when the text is not acceptable. */
  get<Value>(setting: Setting<Value>): Value {
    if (this.#values.has(setting.name)) return this.#values.get(setting.name) as Value;
    const text = this.#environment[setting.name];
    const value = text === undefined ? setting.defaultValue : parsed(setting, text);
    this.#values.set(setting.name, value);
    return value;
  }
}

function parsed<Value>(setting: Setting<Value>, text: string): Value {
  try {
    return setting.parse(text);
  } catch (cause) {
    const shown = setting.isSecret ? "its value" : `"${text}"`;
    throw new StartupProblem(`Setting ${setting.name}: ${shown} ${(cause as Error).message}.`, { cause });
  }
}
