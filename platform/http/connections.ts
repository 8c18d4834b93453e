import { createServer, STATUS_CODES, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { newId } from "#kernel/id";
import { refuse, type Refusal } from "#kernel/refusal";
import { PROBLEM_TYPE, problemText } from "./answer-error.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** How long a client may keep a connection busy with nothing. */
export type Patience = {
  /** Longest silence of a client that we wait for, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time for a whole request to arrive, in milliseconds; streams are long. */
  readonly requestMs: number;
};

const HEADERS_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;

/** Node's server with our answers for what never becomes a request: bytes that are no HTTP, headers without end, a body of which
 *  only a part comes. A client that waits for us may wait as long as its operation takes. */
export function openConnections(handler: RequestListener, patience: Patience): Server {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const timing = { requestTimeout: patience.requestMs, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  // Node would answer a missing Host with nothing but a status; `createServer` in http.ts refuses it like anything else.
  const server = createServer({ ...timing, requireHostHeader: false }, (request, response) => {
    answers.set(request.socket, response);
    handler(request, response);
  });
  server.setTimeout(patience.silenceMs, (socket) => {
    const answer = answers.get(socket);
    if (isOurTurn(socket, answer)) socket.setTimeout(patience.silenceMs);
    else if (isMidway(socket, answer)) endWith(socket, refuse.REQUEST_TIMEOUT(), answer);
    else socket.destroy();
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET") socket.destroy();
    else endWith(socket, refusalOf(error), answers.get(socket));
  });
  return server;
}

/** The client has done its part, or we have not read what it sent: the operation's own deadline counts. */
function isOurTurn(socket: Socket, answer: ServerResponse | undefined): boolean {
  if (answer === undefined || answer.writableFinished || socket.writableLength > 0) return false;
  return answer.req.complete || answer.req.readableLength > 0;
}

/** The client has begun to ask and has not ended. Without a request under way nobody waits for an answer. */
function isMidway(socket: Socket, answer: ServerResponse | undefined): boolean {
  return answer === undefined ? socket.bytesRead > 0 : !answer.writableFinished && !answer.req.complete;
}

function refusalOf(error: NodeJS.ErrnoException): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW") return refuse.HEADERS_TOO_LARGE();
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return refuse.REQUEST_TIMEOUT();
  return refuse.INVALID_INPUT({ errors: [{ field: "(request)", message: "is not well-formed HTTP" }] });
}

const LINGER_MS = 1_000;

/** Answers on the connection itself and ends it; one on which an answer has begun is only ended. */
function endWith(socket: Duplex, refusal: Refusal, answer: ServerResponse | undefined): void {
  if (socket.destroyed || socket.writableEnded) return;
  if (!socket.writable || (answer?.headersSent === true && !answer.writableFinished)) return void socket.destroy();
  const requestId = newId("request");
  const body = problemText(refusal, requestId);
  const headers = {
    "content-type": PROBLEM_TYPE,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-request-id": requestId,
    ...SECURITY_HEADERS,
    connection: "close",
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${head.join("")}\r\n${body}`);
  // Closed at once, with bytes of the client still to come, the answer could be lost on its way.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
