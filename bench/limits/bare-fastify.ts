import fastify from "fastify";

/** What nothing but Fastify can do: answers the shop's own bytes with the shop's own headers, of which none is computed. A process of
 *  its own; it is told the answers and tells its address. */
export type BareAnswers = Readonly<Record<string, { readonly headers: Readonly<Record<string, string>>; readonly body: string }>>;

process.once("message", (answers: BareAnswers) => {
  const app = fastify({ logger: false });
  const byUrl = new Map(Object.entries(answers).map(([url, one]) => [url, { ...one, bytes: Buffer.from(one.body) }]));
  app.get("/*", (request, reply) => {
    const answer = byUrl.get(request.raw.url!)!;
    void reply.headers(answer.headers).send(answer.bytes);
  });
  void app.listen({ port: 0, host: "127.0.0.1" }).then((url) => process.send!({ url }));
});
process.once("disconnect", () => process.exit());
