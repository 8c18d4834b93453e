import fastify, { type FastifyReply, type FastifyRequest } from "fastify";

/** What nothing but Fastify can do: answers the shop's own bytes with the shop's own headers, of which none is computed. A process of
 *  its own; it is told the answers and tells its address. */
export type BareAnswers = Readonly<
  Record<string, { readonly headers: Readonly<Record<string, string>>; /** Base64. */ readonly body: string }>
>;

process.once("message", (answers: BareAnswers) => {
  const app = fastify({ logger: false });
  const byUrl = new Map(
    Object.entries(answers).map(([url, one]) => [url, { ...one, bytes: Buffer.from(one.body, "base64") }]),
  );
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const { headers, bytes } = byUrl.get(request.raw.url!)!;
    void reply.headers(headers).send(bytes);
  };
  for (const path of ["/api/v1/products", "/api/v1/products/:productId", "/", "/categories/*", "/products/:slug"])
    app.get(path, answer);
  void app.listen({ port: 0, host: "127.0.0.1" }).then((url) => process.send!({ url }));
});
process.once("disconnect", () => process.exit());
