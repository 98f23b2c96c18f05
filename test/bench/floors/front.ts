import { server as hapi } from "@hapi/hapi";
import Joi from "joi";

export interface Person {
  email: string;
  firstName: string;
  lastName: string;
}

const schema = Joi.object({
  contacts: Joi.array()
    .items(
      Joi.object({
        email: Joi.string().email({ tlds: false }).required(),
        firstName: Joi.string(),
        lastName: Joi.string(),
      }),
    )
    .min(1)
    .max(100)
    .required(),
});

/** Serves `POST /execute` on a free port and says where. Each call is validated, then handed to `accept`. */
export async function serveFront(accept: (people: Person[]) => unknown): Promise<void> {
  const server = hapi({ host: "127.0.0.1", port: 0 });
  server.route({
    method: "POST",
    path: "/execute",
    options: { validate: { payload: schema } },
    handler: async ({ payload }) => ({ data: await accept((payload as { contacts: Person[] }).contacts) }),
  });
  await server.start();
  console.log(server.info.uri);
}
