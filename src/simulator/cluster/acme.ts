import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { ANYBODY, directory } from './directory.ts';

const DIRECTORIES = [
  { name: "Let's Encrypt V2", url: 'https://acme-v02.api.letsencrypt.org/directory' },
  { name: "Let's Encrypt V2 Staging", url: 'https://acme-staging-v02.api.letsencrypt.org/directory' },
];
/** The plugin that is there without being configured. */
const STANDALONE = { plugin: 'standalone', type: 'standalone', digest: createHash('sha1').update('').digest('hex') };
const MODIFY: Permissions = { check: ['perm', '/', ['Sys.Modify']] };

function plugin({ parameters }: Call): unknown {
  if (parameters['id'] !== STANDALONE.plugin) throw failure(`ACME plugin '${String(parameters['id'])}' not defined\n`);
  return STANDALONE;
}

/** `/cluster/acme` of a cluster without accounts. What only the certificate authority knows (terms of service) is not served: nothing here goes to the network. */
export const acmeRoutes: readonly Route[] = [
  directory('/cluster/acme', 'name', ['account', 'tos', 'meta', 'directories', 'plugins', 'challenge-schema']),
  { method: 'GET', path: '/cluster/acme/account', permissions: ANYBODY, parameters: {}, run: () => [] },
  { method: 'GET', path: '/cluster/acme/directories', permissions: ANYBODY, parameters: {}, run: () => DIRECTORIES },
  {
    method: 'GET', path: '/cluster/acme/plugins', permissions: MODIFY, parameters: { type: optional(oneOf('dns', 'standalone')) },
    run: ({ parameters }) => (parameters['type'] === 'dns' ? [] : [STANDALONE]),
  },
  { method: 'GET', path: '/cluster/acme/plugins/{id}', permissions: MODIFY, parameters: { id: string({ format: 'pve-configid' }) }, run: plugin },
];
