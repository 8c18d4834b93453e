import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type CollectedSpan = {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
};

/** A collector of OTLP over HTTP (protobuf) on this machine. `status`: what it answers. */
export async function openTestCollector() {
  const collected: CollectedSpan[] = [];
  const requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const behaviour = { status: 200, isSilent: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      requests.push({ url: request.url!, headers: request.headers });
      if (behaviour.isSilent) return;
      if (behaviour.status === 200) collected.push(...spansOf(Buffer.concat(chunks)));
      response.writeHead(behaviour.status, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    collected,
    requests,
    behaviour,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

/** opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest, as much of it as tests look at. */
function spansOf(request: Buffer): CollectedSpan[] {
  return parts(request, 1).flatMap((resourceSpans) => {
    const attributes = parts(parts(resourceSpans, 1)[0]!, 1).map((pair) => [
      text(pair, 1),
      text(parts(pair, 2)[0] ?? Buffer.alloc(0), 1),
    ]);
    const service = String(Object.fromEntries(attributes)["service.name"]);
    const spans = parts(resourceSpans, 2).flatMap((scopeSpans) => parts(scopeSpans, 2));
    return spans.map((span) => ({
      service,
      traceId: parts(span, 1)[0]!.toString("hex"),
      spanId: parts(span, 2)[0]!.toString("hex"),
      parentId: parts(span, 4)[0]?.toString("hex") ?? "",
      name: text(span, 5),
    }));
  });
}

function text(message: Buffer, field: number): string {
  return parts(message, field)[0]?.toString() ?? "";
}

/** The length-delimited values of one field of a protobuf message. */
function parts(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const skips: Readonly<Record<number, () => void>> = {
    0: () => void varint(),
    1: () => void (at += 8),
    5: () => void (at += 4),
  };
  while (at < message.length) {
    const key = varint();
    if ((key & 7) !== 2) skips[key & 7]!();
    else {
      const length = varint();
      if (key >> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}
