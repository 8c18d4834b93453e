import type { Operation } from "#kernel/contract";

/** An operation's answer that is lost on purpose. In process it is an error like any other: nobody knows whether it happened. On HTTP
 *  the server of the operation breaks the connection off. */
export class LostReply extends Error {
  override readonly name = "LostReply";
  readonly operation: Operation;
  constructor(operation: Operation, options?: ErrorOptions) {
    super(`${operation.service}.${operation.name}: no answer; it may have happened (a fault set on purpose)`, options);
    this.operation = operation;
  }
}

/** Claims that it is this very operation's answer that is lost, not the answer of one that it called itself. */
export function isLostReplyOf(operation: Operation, error: unknown): boolean {
  return error instanceof LostReply && error.operation === operation;
}
