import type { Operation } from "#kernel/contract";
import { Refusal, refuse } from "#kernel/refusal";
import { inputCheck, undeclaredParts, type InputCheck } from "./check-input.ts";
import type { Ctx } from "./ctx.ts";

const general = new Set(Object.keys(refuse));
const checks = new WeakMap<Operation, InputCheck>();

export function checkFor(operation: Operation): InputCheck {
  let check = checks.get(operation);
  if (check === undefined) checks.set(operation, (check = inputCheck(operation)));
  return check;
}

/** Runs an operation's function on checked input. Declared refusals pass; an undeclared one is a fault of the service. */
export async function runOperation(
  operation: Operation,
  handler: (input: any, ctx: Ctx) => Promise<unknown>,
  input: unknown,
  ctx: Ctx,
): Promise<unknown> {
  try {
    return await handler(input, ctx);
  } catch (error) {
    if (error instanceof Refusal && !isDeclared(operation, error.code)) {
      throw new Error(`${operation.service}.${operation.name} let an undeclared refusal out: ${error.code}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Claims that an operation may answer with this refusal. */
function isDeclared(operation: Operation, code: string): boolean {
  return general.has(code) || (operation.refuses ?? []).some((kind) => kind.code === code);
}

const outputs = new WeakMap<Operation, (value: unknown) => readonly string[]>();

/** Throws when an answer is not what the contract says, undeclared fields included. On in tests only. */
export function checkOutput(operation: Operation, output: unknown): void {
  let faults = outputs.get(operation);
  if (faults === undefined) outputs.set(operation, (faults = undeclaredParts(operation.output)));
  const found = faults(output === undefined ? undefined : JSON.parse(JSON.stringify(output)));
  if (found.length > 0)
    throw new Error(
      `${operation.service}.${operation.name} answered outside its contract: ${found.slice(0, 5).join("; ")}`,
    );
}
