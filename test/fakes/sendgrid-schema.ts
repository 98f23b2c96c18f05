const address = {
  type: "object",
  required: ["email"],
  additionalProperties: false,
  properties: {
    email: { type: "string", pattern: "^[^@\\s]+@[^@\\s]+$", maxLength: 254 },
    name: { type: "string", minLength: 1, pattern: "^\\P{Cc}*$" },
  },
} as const;

const ids = {
  type: "object",
  required: ["x_sending_id", "x_attempt_id", "x_step_id"],
  additionalProperties: false,
  properties: {
    x_sending_id: { type: "string", minLength: 1 },
    x_attempt_id: { type: "string", minLength: 1 },
    x_step_id: { type: "string", minLength: 1 },
    x_env: { type: "string", minLength: 1 },
  },
} as const;

/**
 * JSON Schema of the requests that we make to `POST /v3/mail/send`: the fields that we use with the rules that Twilio's specification
 * gives them (twilio/sendgrid-oai, tsg_mail_v3.json), and no others. One recipient a request is a rule of ours.
 */
export const mailSendSchema = {
  type: "object",
  required: ["personalizations", "from", "subject", "content", "categories"],
  additionalProperties: false,
  properties: {
    personalizations: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: {
        type: "object",
        required: ["to", "custom_args"],
        additionalProperties: false,
        properties: { to: { type: "array", minItems: 1, maxItems: 1, items: address }, custom_args: ids },
      },
    },
    from: address,
    reply_to: address,
    subject: { type: "string", minLength: 1, pattern: "^\\P{Cc}*$" },
    content: {
      type: "array",
      minItems: 1,
      maxItems: 2,
      items: {
        type: "object",
        required: ["type", "value"],
        additionalProperties: false,
        properties: { type: { enum: ["text/plain", "text/html"] }, value: { type: "string", minLength: 1 } },
      },
      // Text before HTML.
      oneOf: [
        { maxItems: 1 },
        {
          minItems: 2,
          items: [{ properties: { type: { const: "text/plain" } } }, { properties: { type: { const: "text/html" } } }],
        },
      ],
    },
    categories: {
      type: "array",
      maxItems: 10,
      uniqueItems: true,
      items: { type: "string", minLength: 1, maxLength: 255 },
    },
    headers: {
      type: "object",
      propertyNames: { pattern: "^(?:[Ll]ist|[Xx])-[A-Za-z0-9-]+$", not: { pattern: "^[Xx]-[Ss][Gg]-" } },
      additionalProperties: { type: "string", pattern: "^\\P{Cc}*$" },
    },
  },
} as const;
