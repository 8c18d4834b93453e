/** One message of PostgreSQL's protocol, whole; `type` is empty for the ones without (the first of a client). */
export type PgMessage = { readonly type: string; readonly bytes: Buffer };

/** Cuts what a client says into messages. */
export function frontendMessages(): (chunk: Buffer) => readonly PgMessage[] {
  let isFirst = true;
  return cutter((left) => {
    const typeBytes = isFirst ? 0 : 1;
    const message = takeMessage(left, typeBytes);
    if (message !== undefined) isFirst = false;
    return message;
  });
}

/** Cuts what a server says into messages. */
export function backendMessages(): (chunk: Buffer) => readonly PgMessage[] {
  return cutter((left) => takeMessage(left, 1));
}

function cutter(take: (left: Buffer) => PgMessage | undefined): (chunk: Buffer) => readonly PgMessage[] {
  let left = Buffer.alloc(0);
  return (chunk) => {
    left = Buffer.concat([left, chunk]);
    const messages: PgMessage[] = [];
    for (let next = take(left); next !== undefined; next = take(left)) {
      messages.push(next);
      left = left.subarray(next.bytes.length);
    }
    return messages;
  };
}

function takeMessage(left: Buffer, typeBytes: 0 | 1): PgMessage | undefined {
  if (left.length < typeBytes + 4) return undefined;
  const length = typeBytes + left.readUInt32BE(typeBytes);
  if (left.length < length) return undefined;
  return { type: left.toString("latin1", 0, typeBytes), bytes: left.subarray(0, length) };
}
