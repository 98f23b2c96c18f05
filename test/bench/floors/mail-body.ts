/** A mail as SendGrid takes it, made by hand; of about the size of those that the real program sends. */
export function mailBody(sendingId: string, step: string, email: string): string {
  return JSON.stringify({
    personalizations: [
      {
        to: [{ email, name: "Ada Lovelace" }],
        custom_args: { x_sending_id: sendingId, x_attempt_id: sendingId, x_step_id: step },
      },
    ],
    from: { email: "bench@furrow.example", name: "Bench" },
    subject: `Your order, Ada: part ${step} of three`,
    content: [
      {
        type: "text/plain",
        value: `Hello Ada, this is part ${step} about your order. It is as long as such texts are.`,
      },
      {
        type: "text/html",
        value: `<h1>Hello Ada</h1><p>This is part ${step} about your order, written to ${email}. It is as long as such texts are, and no
        longer.</p><p><a href="https://shop.example/orders">Your orders</a></p>`,
      },
    ],
    categories: ["bench"],
    headers: { "X-Sending-Id": sendingId },
  });
}
