import { pino } from "pino";
import { inspect } from "node:util";

/** One event per line: a fixed message, fields that vary. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  with(fields: object): Log;
};

/** A value that must never be seen: prints, logs and serialises as "[secret]". `reveal()` is the only way to it. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [inspect.custom](): string {
    return "[secret]";
  }
}

/** Data about a person: usable, but prints and logs as "[personal]". */
export class PersonalData<Value> {
  readonly #value: Value;
  constructor(value: Value) {
    this.#value = value;
  }
  reveal(): Value {
    return this.#value;
  }
  toString(): string {
    return "[personal]";
  }
  toJSON(): string {
    return "[personal]";
  }
  [inspect.custom](): string {
    return "[personal]";
  }
}

/** Builds the process's log: JSON lines on `destination` (standard error unless told), `level` and above. */
export function createLog(options: { level: string; write?: (line: string) => void }): Log {
  const destination =
    options.write === undefined ? pino.destination({ dest: 2, sync: false }) : { write: options.write };
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { cause: (thrown: unknown) => faultFacts(thrown), error: (thrown: unknown) => faultFacts(thrown) },
  };
  return wrap(pino(settings, destination));
}

const DEEPEST_CAUSE = 8;

/** Facts of a thrown thing for a log line: its name, message, stack and the chain of causes. */
export function faultFacts(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message,
    ...(code === undefined ? {} : { code }),
    stack: thrown.stack,
    ...(thrown.cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: faultFacts(thrown.cause, depth + 1) }),
  };
}

function wrap(logger: ReturnType<typeof pino>): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    with: (fields) => wrap(logger.child(fields)),
  };
}
