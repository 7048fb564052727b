import type { LineProblem } from './section-config.ts';

const ENTRY = /^([^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+) (\S+)$/;

/** Reads `priv/token.cfg`: `<user>@<realm>!<name> <secret>` (PVE::TokenConfig). */
export function parseTokenSecrets(text: string): { secrets: Map<string, string>; problems: LineProblem[] } {
  const secrets = new Map<string, string>();
  const problems: LineProblem[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const [, tokenid, secret] = ENTRY.exec(line.trimEnd()) ?? [];
    // The line itself may hold a secret.
    if (tokenid === undefined || secret === undefined) problems.push({ line: index + 1, message: 'skipping invalid token.cfg entry' });
    else secrets.set(tokenid, secret);
  });
  return { secrets, problems };
}

export function printTokenSecrets(secrets: ReadonlyMap<string, string>): string {
  return [...secrets.keys()].sort().map((tokenid) => `${tokenid} ${secrets.get(tokenid) ?? ''}\n`).join('');
}
