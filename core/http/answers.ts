import type { Lifecycle, Request, ResponseObject } from "@hapi/hapi";
import { errorAnswer } from "./error-answers.js";
import { HttpRefusal } from "./http-refusal.js";

/** Gives every answer its common headers, and errors their shape. */
export const finishing: Lifecycle.Method = (request, h) => {
  const { response } = request;
  if (!(response instanceof Error)) {
    stamp(request, response);
    return h.continue;
  }
  const { status, headers, body } = errorAnswer(request.app.late ? tooSlow() : response, request.app.requestId);
  request.app.code = body.error.code;
  if (status >= 500) request.app.failure = response;
  const answer = h.response(body).code(status);
  for (const [name, value] of Object.entries(headers)) answer.header(name, value);
  stamp(request, answer);
  return answer;
};

function stamp({ app: { requestId, quota } }: Request, response: ResponseObject): void {
  response.header("X-Request-Id", requestId);
  if (!quota) return;
  response.header("X-RateLimit-Limit", String(quota.limit));
  response.header("X-RateLimit-Remaining", String(quota.remaining));
  response.header("X-RateLimit-Reset", String(Math.ceil(quota.resetAt / 1000)));
}

function tooSlow(): HttpRefusal {
  return new HttpRefusal(408, "REQUEST_TIMEOUT", "The request did not arrive in time", {
    headers: { Connection: "close" },
  });
}
