import type { StepType } from "../contracts/step.js";
import { composer } from "./compose-email.js";
import { readEmail, type EmailSettings } from "./email-settings.js";

/** Sends one mail through the channel `email`. */
export const email: StepType = {
  name: "email",
  read: readEmail,
  prepare(definition, sequence, values, letters) {
    // The settings are those that `read` made.
    const settings = definition.settings as EmailSettings;
    const compose = composer(definition.id, settings, sequence, values, letters);
    return (view) => ({
      do: "send",
      channel: "email",
      onUncertain: settings.onUncertain,
      compose: () => compose(view),
    });
  },
};
