import type { Connection } from '../../../pve/index.ts';

/** What the provider reads from its environment about where the cluster is and who it is there (its documentation, “Environment Variables Summary”). */
const PROVIDED = [
  'PROXMOX_VE_ENDPOINT', 'PROXMOX_VE_API_TOKEN', 'PROXMOX_VE_USERNAME', 'PROXMOX_VE_PASSWORD', 'PROXMOX_VE_AUTH_TICKET', 'PROXMOX_VE_CSRF_PREVENTION_TOKEN', 'PROXMOX_VE_INSECURE',
];

/**
 * The environment of a Terraform that works on a connection's cluster. Whatever the editor's own environment says about another
 * cluster, another user or not checking certificates is taken out.
 * @param endpoint one of the connection's
 * @param secret the token's secret or the password
 * @param authorities path of a PEM file with all that Terraform may trust; the machine's own authorities when absent
 */
export function providerEnvironment(connection: Connection, endpoint: string, secret: string, own: NodeJS.ProcessEnv, authorities?: string): NodeJS.ProcessEnv {
  const { authentication } = connection;
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !PROVIDED.includes(name.toUpperCase())));
  const identity = authentication.kind === 'token'
    ? { PROXMOX_VE_API_TOKEN: `${authentication.tokenId}=${secret}` }
    : { PROXMOX_VE_USERNAME: authentication.user, PROXMOX_VE_PASSWORD: secret };
  return { ...kept, PROXMOX_VE_ENDPOINT: endpoint, ...identity, ...(authorities !== undefined && { SSL_CERT_FILE: authorities }) };
}
