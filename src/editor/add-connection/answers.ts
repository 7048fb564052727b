import { type Connection, parseEndpoint, PveError } from '../../pve/index.ts';

/** What has been answered so far; everything a person typed stays when going back. */
export interface Answers {
  address: string;
  trust: Connection['trust'] | undefined;
  kind: 'token' | 'password' | undefined;
  tokenId: string;
  user: string;
  secret: string;
  name: string;
}

export const noAnswers = (address = ''): Answers => ({ address, trust: undefined, kind: undefined, tokenId: '', user: 'root@pam', secret: '', name: '' });

/** The answers that would have made a connection; its secret is not among them. */
export function answersOf({ endpoints, trust, authentication, name }: Connection): Answers {
  return {
    address: endpoints.join(', '), trust, kind: authentication.kind, secret: '', name,
    tokenId: authentication.kind === 'token' ? authentication.tokenId : '',
    user: authentication.kind === 'password' ? authentication.user : 'root@pam',
  };
}

/** Addresses between commas, each as `https://host:port`. @throws PveError of kind `bad-parameter` */
export function parseAddresses(text: string): readonly string[] {
  const endpoints = text.split(',').filter((part) => part.trim() !== '').map((part) => parseEndpoint(part));
  if (endpoints.length === 0) throw new PveError({ kind: 'bad-parameter', message: 'An address is needed.' });
  return [...new Set(endpoints)];
}

/** What is wrong with addresses as typed so far; undefined when nothing is. */
export function addressProblem(text: string): string | undefined {
  try {
    parseAddresses(text);
    return undefined;
  } catch (error) {
    return error instanceof PveError ? error.message : String(error);
  }
}

/** The connection that the answers make. */
export function connectionOf(answers: Answers, id: string): Connection {
  const endpoints = parseAddresses(answers.address);
  return {
    id,
    name: answers.name.trim() || suggestedName(endpoints),
    endpoints,
    authentication: answers.kind === 'password' ? { kind: 'password', user: answers.user.trim() } : { kind: 'token', tokenId: answers.tokenId.trim() },
    trust: answers.trust ?? { kind: 'system' },
  };
}

/** The first host's name, without its domain; addresses stay whole. */
export function suggestedName(endpoints: readonly string[]): string {
  const { hostname } = new URL(endpoints[0] ?? 'https://cluster');
  return /^[\d.]+$|^\[/.test(hostname) ? hostname : (hostname.split('.')[0] ?? hostname);
}

export function tokenIdProblem(text: string): string | undefined {
  const id = text.trim();
  if (id === '') return 'The token’s id is needed.';
  if (/^PVEAPIToken=/i.test(id) || id.includes('=')) return 'Give the id alone; its secret is asked for in the next step.';
  if (!id.includes('!')) return 'A token’s id has its user and its name: user@realm!name.';
  return /^[^\s@!]+@[A-Za-z][A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]+$/.test(id) ? undefined : 'Write it as user@realm!name, e.g. root@pam!workbench.';
}

export function userProblem(text: string): string | undefined {
  const user = text.trim();
  if (user === '') return 'The user is needed.';
  if (user.includes('!')) return 'This is an API token’s id. Go back and choose “API token”.';
  if (!user.includes('@')) return `A user has a realm: ${user}@pam for a Linux account, ${user}@pve for one of Proxmox VE.`;
  return /^[^\s@!]+@[A-Za-z][A-Za-z0-9._-]+$/.test(user) ? undefined : 'Write it as user@realm, e.g. root@pam.';
}

export function tokenSecretProblem(text: string): string | undefined {
  const secret = text.trim();
  if (secret === '') return 'The token’s secret is needed.';
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(secret) ? undefined : 'A token’s secret looks like 12345678-9abc-def0-1234-56789abcdef0.';
}
