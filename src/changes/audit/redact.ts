import { isSecretReference, type StepParameters } from '../proposal/step.ts';

/** Parameters of the API whose values are secrets, should one ever stand there in the clear. */
const SECRET = /^(?:password|cipassword|.*[-_]?password|keyring|encryption-key|master-pubkey|secret|.*token-value|privkey|key)$/i;

/** What may be written down of parameters: references to secrets stay references, and what looks like a secret is left out. */
export function redact(parameters: StepParameters): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, isSecretReference(value) ? value : SECRET.test(name) ? '«secret»' : typeof value === 'string' ? withoutCredentials(value) : value]));
}

/** A text whose web addresses have lost users, passwords and queries: a link that may be downloaded from often carries its right to that. */
export function withoutCredentials(text: string): string {
  return text.replace(/\bhttps?:\/\/[^\s"'<>]+/gi, (address) => {
    const [, scheme = '', user, rest = '', query] = /^(https?:\/\/)(?:([^/?#]*)@)?([^?#]*)(\?[^#]*)?/i.exec(address) ?? [];
    return `${scheme}${user === undefined ? '' : '«secret»@'}${rest}${query === undefined ? '' : '?«secret»'}`;
  });
}
