import { test } from "tap";
import { withoutAddress } from "../../../core/contracts/without-address.js";

const answers: Record<string, [body: string, left: string]> = {
  "as it is stored": ['{"email":"ada@example.com"}', '{"email":"erased"}'],
  "in capitals": ['["Ada@Example.COM"]', '["erased"]'],
  "between blanks and escapes": ['["\\tada@example.com\\n"," ada@example.com "]', '["\\terased\\n"," erased "]'],
  "every time": ['["ada@example.com","ada@example.com"]', '["erased","erased"]'],
  "not within a longer one": [
    '["armada@example.com","ada@example.com.mx"]',
    '["armada@example.com","ada@example.com.mx"]',
  ],
};

for (const [how, [body, left]] of Object.entries(answers)) {
  test(`an address is taken out of an answer: ${how}`, async (t) => {
    t.equal(withoutAddress(body, "ada@example.com"), left);
  });
}

test("an address with signs that mean something to a regular expression is itself only", async (t) => {
  t.equal(
    withoutAddress('["a.d+a@example.com","axd+a@example.com"]', "a.d+a@example.com"),
    '["erased","axd+a@example.com"]',
  );
});

test("an address with quotes is found as JSON spells it", async (t) => {
  t.equal(withoutAddress(JSON.stringify(['"a d"@example.com']), '"a d"@example.com'), '["erased"]');
});
